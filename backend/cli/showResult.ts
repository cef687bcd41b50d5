import type { Evaluation, Run, Score } from '../contract/run.ts';
import { formatDuration, formatNumber, formatShare } from '../l10n/format.ts';
import type { Cli } from './cli.ts';
import { facts, table } from './table.ts';

/** How a run ended, what it learned, and where the result lies. */
export async function showResult(cli: Cli, run: Run): Promise<void> {
  if (cli.json) return;
  switch (run.state) {
    case 'paused':
      cli.say(run.checkpoint_step === null ? 'run.pausedEarly' : 'run.paused', {
        step: run.checkpoint_step ?? 0,
        steps: run.steps,
        id: run.id,
      });
      return;
    case 'cancelled':
      cli.say('run.cancelled', { name: run.name, step: run.step });
      return;
    case 'failed':
      cli.error(cli.text('run.failedAt', { step: run.step, steps: run.steps }));
      return;
    case 'succeeded':
      showDone(cli, run);
      if (run.evaluation) {
        cli.lines('');
        showScores(cli, run.evaluation);
        cli.say('result.answers', { command: `${cli.command} runs answers ${run.id}` });
      }
      cli.lines('');
      await showWhere(cli, run);
      return;
    default:
  }
}

/** How long it took, and the last loss. */
export function showDone(cli: Cli, run: Run): void {
  cli.say('run.done', {
    duration: formatDuration(cli.language, seconds(run)),
    steps: run.steps,
    loss: run.train_loss === null ? '–' : formatNumber(run.train_loss),
  });
}

/** Wall time of the run, s. */
export function seconds(run: Run): number {
  if (run.started_at === null || run.ended_at === null) return 0;
  return Math.max(0, (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000);
}

/** Base against tuned: shares of right answers with their intervals, and losses. */
export function showScores(cli: Cli, { held_out: heldOut, regression }: Evaluation): void {
  const rows: string[][] = [];
  if (heldOut) rows.push([cli.text('result.heldOutRight'), score(cli, heldOut.base), score(cli, heldOut.tuned)]);
  if (heldOut?.base_loss !== undefined && heldOut.tuned_loss !== undefined) {
    rows.push([cli.text('result.heldOutLoss'), formatNumber(heldOut.base_loss), formatNumber(heldOut.tuned_loss)]);
  }
  if (regression) rows.push([cli.text('result.oldRight'), score(cli, regression.base), score(cli, regression.tuned)]);
  if (rows.length === 0) return;
  const titles = [{ title: '' }, { title: cli.text('word.base') }, { title: cli.text('word.tuned') }];
  cli.lines(...table(titles, rows).map((line) => `  ${line}`), `  ${cli.style.dim(cli.text('result.intervalNote'))}`);
}

function score(cli: Cli, { share, right, total, low, high }: Score): string {
  const details = { right, total, low: formatShare(low), high: formatShare(high) };
  return `${formatShare(share)}  ${cli.text('result.interval', details)}`;
}

/** Where the adapter or the model lies, and how to talk with it. */
export async function showWhere(cli: Cli, run: Run): Promise<void> {
  const backend = await cli.backend();
  const result =
    run.adapter_id !== null
      ? await backend.call('readAdapter', { params: { id: run.adapter_id } })
      : run.model_id !== null
        ? await backend.call('readModel', { params: { id: run.model_id } })
        : null;
  if (!result) return;
  cli.lines(...facts([[cli.text(run.adapter_id !== null ? 'result.adapter' : 'result.model'), result.path]]));
  const compare = run.adapter_id === null ? '' : ' --compare';
  cli.say('result.chat', { command: cli.style.bold(`${cli.command} chat ${quote(result.name)}${compare}`) });
}

/** A name as a shell takes it. */
export function quote(name: string): string {
  return /^[\w.@:+-]+$/.test(name) ? name : `"${name.replaceAll(/(["$`\\])/g, '\\$1')}"`;
}
