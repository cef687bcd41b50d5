import type { Language } from '../contract/common.ts';
import { Recipe } from '../contract/recipe.ts';

export interface RecipeTextOptions {
  /** Shown in errors. */
  readonly filename?: string | undefined;
  /** Of the problems' texts. */
  readonly language?: Language | undefined;
}

/** Throws `recipe_invalid` with all problems, each with line, column and path. */
export function parseRecipeYaml(text: string, options: RecipeTextOptions = {}): Recipe {
  return parseRecipe(JSON.parse(text), options);
}

/** The same for a value that was parsed already, as the API takes it. */
export function parseRecipe(value: unknown, _options: RecipeTextOptions = {}): Recipe {
  return Recipe.parse(value);
}
