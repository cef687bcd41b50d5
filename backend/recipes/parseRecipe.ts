import type { ErrorProblem, Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import { Recipe } from '../contract/recipe.ts';
import { parseYaml, type YamlSource } from './parseYaml.ts';
import { findProblems, type RecipeProblem } from './recipeProblems.ts';

export interface RecipeTextOptions {
  /** Shown in errors. */
  readonly filename?: string | undefined;
  /** Of the problems' texts. */
  readonly language?: Language | undefined;
}

/** A recipe as a person writes it. Throws `recipe_invalid` with all problems, each with line, column and path. */
export function parseRecipeYaml(text: string, options: RecipeTextOptions = {}): Recipe {
  const source = parseYaml(text, options.language ?? 'en');
  if ('problems' in source) throw invalid(source.problems, options);
  return check(source.value, source, options);
}

/** The same for a value that was parsed already, as the API takes it; its problems have paths only. */
export function parseRecipe(value: unknown, options: RecipeTextOptions = {}): Recipe {
  return check(value, null, options);
}

function check(value: unknown, source: YamlSource | null, options: RecipeTextOptions): Recipe {
  const parsed = Recipe.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = findProblems(value, parsed.error.issues, options.language ?? 'en');
  const placed = problems.map((problem) => place(problem, source));
  throw invalid(placed.sort(byPlace), options);
}

function place({ code, message, path, ofKey }: RecipeProblem, source: YamlSource | null): ErrorProblem {
  const position = source?.positionOf(path, ofKey);
  return { code, message, path: path.join('.'), ...position };
}

function byPlace(a: ErrorProblem, b: ErrorProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function invalid(problems: readonly ErrorProblem[], { filename, language }: RecipeTextOptions): TataraError {
  const first = problems[0]!;
  const { line, column } = first;
  const where = language === 'ja' ? `${line} 行 ${column} 文字目: ` : `line ${line}, column ${column}: `;
  const reason = (line === undefined ? '' : where) + first.message;
  const details = { file: filename ?? 'recipe', count: problems.length, reason };
  return new TataraError('recipe_invalid', details, { problems });
}
