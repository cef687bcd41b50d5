import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { Recipe } from '../contract/recipe.ts';

/** A recipe as YAML, with only what differs from the defaults; parseRecipeYaml gives the same recipe back. */
export function formatRecipe(recipe: Recipe): string {
  const { base, dataset } = recipe;
  const defaults = Recipe.parse({ base, dataset });
  return stringify({ base, dataset, ...differences(recipe, defaults) }, { lineWidth: 0 });
}

function differences(value: object, defaults: object): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value)) {
    const usual: unknown = Object.hasOwn(defaults, key) ? defaults[key as keyof typeof defaults] : undefined;
    if (own === undefined || isDeepStrictEqual(own, usual)) continue;
    result[key] = isSection(own) && isSection(usual) ? differences(own, usual) : own;
  }
  return result;
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
