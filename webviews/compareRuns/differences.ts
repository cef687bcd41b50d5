import type { ComparedRun } from '../contract/compareRuns.ts';
import type { FlatSettings } from '../contract/training.ts';

export interface Difference {
  readonly path: string;
  /** In the order of the runs; undefined where a run does not have the setting. */
  readonly values: readonly (FlatSettings[string] | undefined)[];
}

/** The settings in which at least two of the runs differ; a name alone makes no difference. */
export function differences(runs: readonly Pick<ComparedRun, 'settings' | 'base' | 'dataset'>[]): Difference[] {
  // What a recipe calls by name is compared by what it was.
  const flat = runs.map(({ settings, base, dataset }): FlatSettings => ({ ...settings, base, dataset }));
  const paths = new Set(flat.flatMap((settings) => Object.keys(settings)));
  paths.delete('name');
  return [...paths]
    .map((path) => ({ path, values: flat.map((settings) => settings[path]) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}
