import type { core } from 'zod';
import type { Language } from '../contract/common.ts';
import { type ErrorCode, errorTable, fill } from '../contract/errors.ts';
import { describeExpected, describeFound } from './describeValue.ts';
import { knownKeys, schemaAt } from './recipeSchema.ts';
import { suggestKey } from './suggestKey.ts';

export interface RecipeProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  /** The key is wrong, not its value. */
  readonly ofKey: boolean;
}

/** What is wrong with a recipe, in words: one problem for each place. */
export function findProblems(value: unknown, issues: readonly core.$ZodIssue[], language: Language): RecipeProblem[] {
  const problems: RecipeProblem[] = [];
  const meant = new Set<string>();
  const add = (code: ErrorCode, path: readonly PropertyKey[], ofKey: boolean, details: Record<string, string>) =>
    problems.push({ code, path, ofKey, message: fill(errorTable[code].message[language], details) });

  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) {
      const path = [...issue.path, key];
      const found = suggestKey(issue.path.map(String), key);
      if (found === null) add('recipe_unknown_key', path, true, { key, known: knownKeys(issue.path).join(', ') });
      else if (found.section === null) add('recipe_misspelt_key', path, true, { key, meant: found.key });
      else
        add('recipe_misplaced_key', path, true, {
          key,
          section: describeSection(found.section, language),
          meant: found.key,
        });
      if (found !== null) meant.add([...sectionPath(issue.path, found.section), found.key].join('.'));
    }
  }
  const seen = new Set<string>();
  for (const issue of issues) {
    const name = issue.path.join('.');
    if (issue.code === 'unrecognized_keys' || seen.has(name)) continue;
    seen.add(name);
    const found = valueAt(value, issue.path);
    const expected = describeExpected(schemaAt(issue.path), language);
    // A key that was only misspelt is not missing as well.
    if (found === undefined && issue.path.length > 0) {
      if (!meant.has(name)) add('recipe_missing', issue.path, false, { path: name, expected });
      continue;
    }
    const path = name === '' ? { en: 'The recipe', ja: 'レシピ' }[language] : name;
    add('recipe_wrong_value', issue.path, false, { path, expected, found: describeFound(found, language) });
  }
  return problems;
}

function sectionPath(path: readonly PropertyKey[], section: string | null): readonly PropertyKey[] {
  if (section === null) return path;
  return section === '' ? [] : [section];
}

function describeSection(section: string, language: Language): string {
  if (section === '') return { en: 'at the top of the recipe', ja: 'レシピの最上位' }[language];
  return { en: `under "${section}"`, ja: `「${section}」の下` }[language];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}
