import { formatNumber, formatShare } from '../l10n/format.ts';
import { askBoth, rightOf } from './askModels.ts';
import type { CheckContext, Findings, Outcome } from './checks.ts';
import type { LessonEnvironment, LessonRun } from './lessonRuns.ts';

/** Of the first loss; what is left of it once the rows are known by heart is far less. */
const fallenTo = 0.1;
/** By how much a held-out loss has to lie above its lowest for it to count as risen, and not as trembling. */
const risenBy = 0.02;

/** Five rows learned by heart: what over-fitting looks like, in the curves and in the answers. */
export async function checkLevelOne(context: CheckContext): Promise<Findings> {
  const { environment, found, say, signal } = context;
  const [newest] = found.runs;
  if (newest === undefined) return { outcomes: {}, answers: [] };
  const { data } = found;
  const [rows = [], others = []] = await askBoth(
    environment.answerers,
    { one: newest.base, other: newest.tuned },
    [data.rows, data.heldOut],
    signal,
  );
  const learned = rightOf(rows, 'tuned_right');
  const share = (right: number, total: number): string => say('lesson.answers', { right, total });
  const total = rows.length;
  const known = learned / total;
  const transferred = rightOf(others, 'tuned_right') / others.length;
  return {
    outcomes: {
      learned: {
        passed: learned === total && rightOf(rows, 'base_right') < total,
        measured: say('lesson.learned.found', { tuned: learned, total, base: rightOf(rows, 'base_right') }),
      },
      loss: lossFell(environment, newest, context),
      rose: heldOutRose(context),
      gap: {
        passed: known - transferred >= 0.5,
        measured: say('lesson.gap.found', {
          rows: share(learned, total),
          others: share(rightOf(others, 'tuned_right'), others.length),
        }),
      },
    },
    answers: [...rows, ...others],
  };
}

function lossFell({ store }: LessonEnvironment, { run }: LessonRun, { say }: CheckContext): Outcome {
  const losses = store.eventsOfTypes(run.id, ['step']).flatMap((event) => (event.type === 'step' ? [event.loss] : []));
  const [first, last] = [losses[0], losses.at(-1)];
  if (first === undefined || last === undefined) return { passed: false, measured: say('lesson.notYet') };
  return {
    passed: last <= first * fallenTo,
    measured: say('lesson.loss.found', { first: formatNumber(first), last: formatNumber(last) }),
  };
}

/** In any of the runs: whoever stops a later one in time has seen it all the same. */
function heldOutRose({ environment, found, say }: CheckContext): Outcome {
  const curves = found.runs
    .filter(({ run }) => run.heldOutDataset?.hash === found.data.heldOutHash)
    .map(({ run }) =>
      environment.store
        .eventsOfTypes(run.id, ['held_out'])
        .flatMap((event) => (event.type === 'held_out' ? [event] : [])),
    )
    .filter((curve) => curve.length > 1);
  const risen = curves.map((curve) => {
    const lowest = curve.reduce((best, point) => (point.loss < best.loss ? point : best));
    const last = curve.at(-1) ?? lowest;
    return { lowest, last, rise: last.loss / lowest.loss - 1, fell: lowest !== curve[0] };
  });
  const shown = risen.find(({ rise, fell }) => fell && rise >= risenBy) ?? risen[0];
  if (shown === undefined) return { passed: false, measured: say('lesson.rose.unmeasured') };
  const { lowest, last, rise, fell } = shown;
  return {
    passed: fell && rise >= risenBy,
    measured: say('lesson.rose.found', {
      lowest: formatNumber(lowest.loss),
      step: lowest.step,
      last: formatNumber(last.loss),
      change: `+${formatShare(rise)}`,
    }),
  };
}
