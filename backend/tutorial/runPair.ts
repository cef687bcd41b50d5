import type { Recipe } from '../contract/recipe.ts';
import { differingSettings, type LessonRun } from './lessonRuns.ts';

export interface RunPair {
  readonly low: LessonRun;
  readonly high: LessonRun;
}

export interface PairSearch {
  /** The two that lie furthest apart among those that differ in nothing else; of equal ones the newest. */
  readonly pair: RunPair | null;
  /** Settings in which two runs with different values differ as well, where that is why there is no pair. */
  readonly alsoDiffer: readonly string[];
}

/** Looks for an experiment: two runs in which one setting was changed, and what goes with it, and nothing else. */
export function findPair(
  runs: readonly LessonRun[],
  settingOf: (recipe: Recipe) => number,
  changed: readonly string[],
): PairSearch {
  let pair: RunPair | null = null;
  let alsoDiffer: readonly string[] = [];
  let widest = 1;
  for (const [at, one] of runs.entries()) {
    for (const other of runs.slice(at + 1)) {
      const [a, b] = [settingOf(one.run.recipe), settingOf(other.run.recipe)];
      const ratio = Math.max(a, b) / Math.min(a, b);
      if (ratio <= widest) continue;
      const differing = differingSettings(one.run.recipe, other.run.recipe, changed);
      if (one.run.base.hash !== other.run.base.hash) differing.push('base');
      if (one.run.dataset.hash !== other.run.dataset.hash) differing.push('dataset');
      if (differing.length > 0) {
        if (alsoDiffer.length === 0) alsoDiffer = differing;
        continue;
      }
      widest = ratio;
      pair = a < b ? { low: one, high: other } : { low: other, high: one };
    }
  }
  return { pair, alsoDiffer: pair === null ? alsoDiffer : [] };
}
