import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AddedToken } from './addedToken.ts';
import { isObject, type JsonObject, readOptionalJsonObject, readTextFile } from './jsonFile.ts';

export interface SpecialTokens {
  /** GGUF's name of the token, without `_token_id`, and its id. */
  readonly ids: ReadonlyMap<string, number>;
  /** `bos`, `eos`: whether it is put before or after every text. */
  readonly add: ReadonlyMap<string, boolean>;
  /** By name; the one to use is `default`. */
  readonly chatTemplates: ReadonlyMap<string, string>;
}

const kinds = [
  ['bos', 'bos'],
  ['eos', 'eos'],
  ['unk', 'unknown'],
  ['pad', 'padding'],
] as const;

/**
 * Which tokens begin, end and pad a text, and the chat template. A token is looked for in tokenizer_config.json, then in
 * special_tokens_map.json, then as an id in config.json and generation_config.json. Whether they are added follows from
 * the template of the post-processor, and over it from tokenizer_config.json.
 * Source: SpecialVocab in gguf-py/gguf/vocab.py of llama.cpp.
 */
export function specialTokens(
  folder: string,
  tokenizer: JsonObject,
  settings: JsonObject,
  modelConfig: JsonObject,
  added: readonly AddedToken[],
): SpecialTokens {
  const map = readOptionalJsonObject(join(folder, 'special_tokens_map.json'));
  const generation = readOptionalJsonObject(join(folder, 'generation_config.json'));
  const idOf = new Map(added.map((token) => [token.content, token.id]));
  const ids = new Map<string, number>();
  for (const [kind, name] of kinds) {
    const content = contentOf(settings[`${kind}_token`]) ?? contentOf(map[`${kind}_token`]);
    const id =
      (content === undefined ? undefined : idOf.get(content)) ??
      firstId(modelConfig[`${kind}_token_id`]) ??
      firstId(generation[`${kind}_token_id`]);
    if (id !== undefined) ids.set(name, id);
  }
  const add = new Map<string, boolean>();
  const { first, last } = templateEnds(tokenizer.post_processor);
  if (first !== undefined) add.set('bos', idOf.get(first) !== undefined && idOf.get(first) === ids.get('bos'));
  if (last !== undefined) add.set('eos', idOf.get(last) !== undefined && idOf.get(last) === ids.get('eos'));
  for (const kind of ['bos', 'eos']) {
    const asSet = settings[`add_${kind}_token`];
    if (typeof asSet === 'boolean') add.set(kind, asSet);
  }
  return { ids, add, chatTemplates: chatTemplates(folder, settings) };
}

/** A token is its text, or an object that holds it. */
function contentOf(token: unknown): string | undefined {
  const content = isObject(token) ? token.content : token;
  return typeof content === 'string' ? content : undefined;
}

/** An id, or the first of several. */
function firstId(ids: unknown): number | undefined {
  const id: unknown = Array.isArray(ids) ? ids[0] : ids;
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 ? id : undefined;
}

/** The special tokens that the post-processor puts before and after a single text. */
function templateEnds(processor: unknown): { first?: string; last?: string } {
  if (!isObject(processor)) return {};
  if (processor.type === 'Sequence' && Array.isArray(processor.processors)) {
    return Object.assign({}, ...processor.processors.map(templateEnds));
  }
  if (processor.type !== 'TemplateProcessing' || !Array.isArray(processor.single)) return {};
  if (processor.single.length < 2) return {};
  const first = specialIn(processor.single[0]);
  const last = specialIn(processor.single.at(-1));
  return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}

function specialIn(piece: unknown): string | undefined {
  const special = isObject(piece) ? piece.SpecialToken : undefined;
  return isObject(special) && typeof special.id === 'string' ? special.id : undefined;
}

function chatTemplates(folder: string, settings: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const given = settings.chat_template;
  if (typeof given === 'string') found.set('default', given);
  else if (Array.isArray(given)) {
    for (const entry of given as readonly unknown[]) {
      if (isObject(entry) && typeof entry.name === 'string' && typeof entry.template === 'string') {
        found.set(entry.name, entry.template);
      }
    }
  }
  if (found.size > 0) return found;
  const jinja = join(folder, 'chat_template.jinja');
  const json = readOptionalJsonObject(join(folder, 'chat_template.json')).chat_template;
  if (existsSync(jinja)) found.set('default', readTextFile(jinja));
  else if (typeof json === 'string') found.set('default', json);
  return found;
}
