import type { AnsweredRow } from '../contract/run.ts';
import { formatShare } from '../l10n/format.ts';
import { difference } from './askModels.ts';
import type { Outcome, Say } from './checks.ts';

/** Passed where the 95 % interval of the difference leaves out zero: as every run's verdict has it. */
export function shownBetter(say: Say, name: string, answers: readonly AnsweredRow[]): Outcome {
  const { base, tuned, change, low, high } = difference(answers);
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${formatShare(Math.abs(value))}`;
  return {
    passed: low > 0,
    measured: say('lesson.better.found', {
      name,
      tuned: formatShare(tuned),
      base: formatShare(base),
      change: signed(change),
      low: signed(low),
      high: signed(high),
    }),
  };
}
