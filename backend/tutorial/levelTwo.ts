import type { Recipe } from '../contract/recipe.ts';
import { askBoth, difference, rightOf } from './askModels.ts';
import type { CheckContext, Findings, Outcome } from './checks.ts';
import { findPair } from './runPair.ts';
import { shownBetter } from './shownBetter.ts';

const rankOf = (recipe: Recipe): number => recipe.lora.rank;

/** How much a model may change: the same rows with a low rank and with a higher one. */
export async function checkLevelTwo(context: CheckContext): Promise<Findings> {
  const { environment, found, say, signal } = context;
  const { data } = found;
  // A full-parameter run has no rank.
  const runs = found.runs.filter(({ run }) => run.recipe.method === 'lora');
  const [newest] = runs;
  if (newest === undefined) return { outcomes: {}, answers: [] };
  const { pair, alsoDiffer } = findPair(runs, rankOf, ['lora.rank', 'lora.alpha']);
  const best = pair?.high ?? newest;
  const [answers = []] = await askBoth(
    environment.answerers,
    { one: best.base, other: best.tuned },
    [data.heldOut],
    signal,
  );
  const better = shownBetter(say, best.run.name, answers);
  if (pair === null) {
    const measured =
      alsoDiffer.length > 0
        ? say('lesson.ranks.unfair', { settings: alsoDiffer.join(', ') })
        : say('lesson.ranks.one', { rank: rankOf(newest.run.recipe) });
    return { outcomes: { ranks: { passed: false, measured }, better }, answers };
  }
  const [compared = []] = await askBoth(
    environment.answerers,
    { one: pair.low.tuned, other: pair.high.tuned },
    [data.heldOut],
    signal,
  );
  const [low, high] = [rankOf(pair.low.run.recipe), rankOf(pair.high.run.recipe)];
  const ranks: Outcome = {
    passed: true,
    measured: say('lesson.ranks.found', { low, high, lowName: pair.low.run.name, highName: pair.high.run.name }),
  };
  const effect: Outcome = {
    passed: difference(compared).low > 0,
    measured: say('lesson.effect.found', {
      low,
      high,
      lowRight: rightOf(compared, 'base_right'),
      highRight: rightOf(compared, 'tuned_right'),
      total: compared.length,
    }),
  };
  return { outcomes: { ranks, effect, better }, answers };
}
