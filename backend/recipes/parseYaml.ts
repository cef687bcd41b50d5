import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { ErrorProblem, Language } from '../contract/common.ts';
import { errorTable, fill } from '../contract/errors.ts';
import { type YamlDetails, yamlReason } from './yamlReason.ts';

/** Lines and columns count from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  readonly value: unknown;
  /** Of the value at the path, or of its key; where there is none, of the nearest thing around it. */
  positionOf(path: readonly PropertyKey[], ofKey: boolean): Place;
}

/** No recipe is larger; the limit keeps a wrong file from being parsed as one. UTF-16 units. */
const maxLength = 200_000;
/** Aliases may repeat a value, but not multiply without end. */
const maxAliasCount = 100;

const maxProblems = 100;

/** YAML 1.2 with the core schema, one document, every key once. */
export function parseYaml(text: string, language: Language): YamlSource | { readonly problems: ErrorProblem[] } {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (body.length > maxLength) return { problems: [syntaxProblem('tooLong', {}, language, { line: 1, column: 1 })] };
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: Array.from(body.slice(offset - col + 1, offset)).length + 1 };
  };
  try {
    const document = parseDocument(body, { lineCounter: lines, prettyErrors: false });
    if (document.errors.length > 0) {
      const problems = document.errors.map(({ code, message, pos }) => {
        const found = /^[^\s:]{1,60}/.exec(body.slice(pos[0]))?.[0] ?? '';
        return syntaxProblem(code, { message, found }, language, placeOf(pos[0]));
      });
      return { problems: firstOfEachPlace(problems) };
    }
    const dangling = danglingAlias(document);
    if (dangling !== null) {
      return { problems: [syntaxProblem('BAD_ALIAS', {}, language, placeOf(dangling))] };
    }
    return {
      value: document.toJS({ maxAliasCount }),
      positionOf: (path, ofKey) => placeOf(offsetOf(document, path, ofKey)),
    };
  } catch (error) {
    // Too many aliases are a ReferenceError, brackets nested without end a RangeError of the stack.
    const reason = error instanceof ReferenceError ? 'tooManyAliases' : error instanceof RangeError ? 'tooDeep' : null;
    if (reason === null) throw error;
    return { problems: [syntaxProblem(reason, {}, language, { line: 1, column: 1 })] };
  }
}

function syntaxProblem(code: string, details: YamlDetails, language: Language, place: Place): ErrorProblem {
  const reason = yamlReason(code, details, language);
  return { code: 'recipe_syntax', message: fill(errorTable.recipe_syntax.message[language], { reason }), ...place };
}

/** What follows from a first error at the same place helps nobody. */
function firstOfEachPlace(problems: readonly ErrorProblem[]): ErrorProblem[] {
  const places = new Set<string>();
  return problems.filter(({ line, column }) => {
    const place = `${line}:${column}`;
    return !places.has(place) && places.add(place).size <= maxProblems;
  });
}

/** Offset of an alias whose anchor does not exist. */
function danglingAlias(document: Document.Parsed): number | null {
  let offset: number | null = null;
  const anchors = new Set<string>();
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.add(node.anchor);
    },
    Alias: (_, alias) => {
      if (anchors.has(alias.source)) return undefined;
      offset = startOf(alias) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], ofKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const at: Node | undefined = isAlias(node) ? node.resolve(document) : isNode(node) ? node : undefined;
    if (!isCollection(at)) break;
    const key = isMap(at)
      ? at.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))?.key
      : undefined;
    node = at.get(isScalar(key) ? key.value : part, true);
    const ownKey = ofKey && depth === path.length - 1;
    offset = (ownKey ? startOf(key) : (startOf(node) ?? startOf(key))) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
