import type { Recipe } from '../contract/recipe.ts';
import type { AnsweredRow } from '../contract/run.ts';
import { formatNumber } from '../l10n/format.ts';
import { askBoth, difference, rightOf } from './askModels.ts';
import type { CheckContext, Findings, Outcome } from './checks.ts';
import { readOldFacts } from './lessonFiles.ts';
import { findPair } from './runPair.ts';
import { shownBetter } from './shownBetter.ts';

/** Of the old facts every second one is asked: all of them would tell little more and take twice as long. */
const isAsked = (_: unknown, index: number): boolean => index % 2 === 0;
const keptShare = 0.85;
/** What the answers say that leave the matter to somebody who can see the patient. */
const sendsToHelp = /doctor|ambulance|pharmacist|医師|薬剤師|救急車/;

const rateOf = (recipe: Recipe): number => recipe.training.learning_rate;

/** The learning rate: what is learned, what is forgotten for it, and why neither may be taken on trust. */
export async function checkLevelThree(context: CheckContext): Promise<Findings> {
  const { environment, found, say, signal } = context;
  const { data } = found;
  const [newest] = found.runs;
  if (newest === undefined) return { outcomes: {}, answers: [] };
  const oldFacts = (await readOldFacts()).filter(isAsked);
  const { pair, alsoDiffer } = findPair(found.runs, rateOf, ['training.learning_rate']);
  const careful = pair?.low ?? newest;
  const [rows = [], heldOut = [], old = []] = await askBoth(
    environment.answerers,
    { one: careful.base, other: careful.tuned },
    [data.rows, data.heldOut, oldFacts],
    signal,
  );
  const outcomes = {
    better: shownBetter(say, careful.run.name, heldOut),
    care: careShown(context, rows, heldOut),
    kept: {
      passed: rightOf(old, 'tuned_right') >= keptShare * rightOf(old, 'base_right'),
      measured: say('lesson.kept.found', {
        tuned: rightOf(old, 'tuned_right'),
        base: rightOf(old, 'base_right'),
        total: old.length,
      }),
    },
  };
  const answers = [...rows, ...heldOut];
  if (pair === null) {
    const measured =
      alsoDiffer.length > 0
        ? say('lesson.ranks.unfair', { settings: alsoDiffer.join(', ') })
        : say('lesson.rates.one', { rate: formatNumber(rateOf(newest.run.recipe)) });
    return { outcomes: { ...outcomes, rates: { passed: false, measured } }, answers };
  }
  const [compared = []] = await askBoth(
    environment.answerers,
    { one: pair.low.tuned, other: pair.high.tuned },
    [oldFacts],
    signal,
  );
  const [low, high] = [rateOf(pair.low.run.recipe), rateOf(pair.high.run.recipe)].map(formatNumber) as [string, string];
  const share = (right: number): string => say('lesson.answers', { right, total: compared.length });
  return {
    outcomes: {
      ...outcomes,
      rates: {
        passed: true,
        measured: say('lesson.rates.found', { low, high, lowName: pair.low.run.name, highName: pair.high.run.name }),
      },
      forgot: {
        passed: difference(compared).high < 0,
        measured: say('lesson.forgot.found', {
          lowRate: low,
          highRate: high,
          low: share(rightOf(compared, 'base_right')),
          high: share(rightOf(compared, 'tuned_right')),
        }),
      },
    },
    answers,
  };
}

function careShown({ say }: CheckContext, rows: readonly AnsweredRow[], heldOut: readonly AnsweredRow[]): Outcome {
  const taught = rows.filter(({ expected }) => sendsToHelp.test(expected));
  const others = heldOut.filter(({ expected }) => sendsToHelp.test(expected));
  const right = rightOf(taught, 'tuned_right');
  return {
    passed: taught.length > 0 && right === taught.length,
    measured: say('lesson.care.found', {
      right,
      total: taught.length,
      others: say('lesson.answers', { right: rightOf(others, 'tuned_right'), total: others.length }),
    }),
  };
}
