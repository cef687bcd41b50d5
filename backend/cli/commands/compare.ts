import type { Run } from '../../contract/run.ts';
import { flattenRecipe, settingDifferences } from '../../contract/settings.ts';
import { verdictOf } from '../../contract/verdict.ts';
import { formatCount, formatDuration, formatNumber, formatShare } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { seconds } from '../showResult.ts';
import { table } from '../table.ts';

/** Results of runs side by side, and only those settings in which they differ. */
export async function compareRuns(cli: Cli, runs: readonly Run[]): Promise<void> {
  const differences = settingDifferences(
    runs.map(({ recipe, base, dataset }) => ({
      settings: flattenRecipe(recipe),
      base: base.name,
      dataset: `${dataset.name}@${dataset.version}`,
    })),
  );
  cli.result({ runs, differences });
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : formatNumber(value);
  const right = ({ evaluation }: Run): string => {
    const scores = evaluation?.held_out;
    return scores ? `${formatShare(scores.base.share)} → ${formatShare(scores.tuned.share)}` : '–';
  };
  const rows: [string, ...string[]][] = [
    [cli.text('column.id'), ...runs.map(({ id }) => id)],
    [cli.text('column.state'), ...runs.map(({ state }) => cli.text(`state.${state}`))],
    [
      cli.text('column.verdict'),
      ...runs.map(({ evaluation }) => (evaluation ? cli.text(`shown.${verdictOf(evaluation).kind}`) : '–')),
    ],
    [cli.text('column.right'), ...runs.map(right)],
    [cli.text('column.heldOut'), ...runs.map((run) => number(run.held_out_loss))],
    [cli.text('column.loss'), ...runs.map((run) => number(run.train_loss))],
    [cli.text('column.steps'), ...runs.map(({ step, steps }) => `${formatCount(step)}/${formatCount(steps)}`)],
    [
      cli.text('column.took'),
      ...runs.map((run) => (run.ended_at === null ? '–' : formatDuration(cli.language, seconds(run)))),
    ],
    ...differences.map(({ path, values }): [string, ...string[]] => [
      path,
      ...values.map((value) => (Array.isArray(value) ? value.join(' ') : String(value ?? '–'))),
    ]),
  ];
  cli.lines(...table([{ title: '' }, ...runs.map(({ name }) => ({ title: name }))], rows));
  if (differences.length === 0) cli.say('compare.same');
}
