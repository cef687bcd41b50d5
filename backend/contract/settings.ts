/** Recipes side by side: the command line and the pages compare them alike. */
import type { Recipe } from './recipe.ts';

type Value = string | number | boolean | string[] | null;
/** A setting's value by its path: `training.learning_rate`. */
export type Settings = Record<string, Value>;

/** `{training: {epochs: 3}}` as `{'training.epochs': 3}`. */
export function flattenRecipe(recipe: Recipe): Settings {
  const flat: Settings = {};
  const add = (value: object, prefix: string): void => {
    for (const [key, own] of Object.entries(value)) {
      if (typeof own === 'object' && own !== null && !Array.isArray(own)) add(own, `${prefix}${key}.`);
      else if (own !== undefined) flat[prefix + key] = own;
    }
  };
  add(recipe, '');
  return flat;
}

export interface Difference {
  readonly path: string;
  /** In the order of the runs; undefined where a run does not have the setting. */
  readonly values: readonly (Value | undefined)[];
}

/** What runs are compared by: their settings, and what they named as it was. */
interface Compared {
  readonly settings: Settings;
  readonly base: string;
  readonly dataset: string;
}

/** The settings in which at least two of the runs differ; a name alone makes no difference. */
export function settingDifferences(runs: readonly Compared[]): Difference[] {
  // What a recipe calls by name is compared by what it was.
  const flat = runs.map(({ settings, base, dataset }): Settings => ({ ...settings, base, dataset }));
  const paths = new Set(flat.flatMap((settings) => Object.keys(settings)));
  paths.delete('name');
  return [...paths]
    .map((path) => ({ path, values: flat.map((settings) => settings[path]) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}
