import type { Command } from 'commander';
import { type Run, type RunMetrics, RunState } from '../../contract/run.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatShare,
  formatTime,
  shortHash,
} from '../../l10n/format.ts';
import { chart } from '../chart.ts';
import type { Cli } from '../cli.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { findRun } from '../resolve.ts';
import { showAnswers } from '../showAnswers.ts';
import { showError } from '../showError.ts';
import { seconds, showScores, showWhere } from '../showResult.ts';
import { sampleLine, showSamples } from '../showSamples.ts';
import { facts, table } from '../table.ts';
import { addCheckpoints } from './checkpoints.ts';
import { compareRuns } from './compare.ts';
import { finishRun } from './train.ts';

/** `tatara runs` and its subcommands. */
export function addRuns(program: Command, cli: Cli): void {
  const runs = program.command('runs').description(cli.text('help.runs'));
  const one = (name: string, help: Parameters<Cli['text']>[0], action: (run: Run) => Promise<void>): void => {
    runs
      .command(name)
      .argument('<run>', cli.text('help.runs.id'))
      .description(cli.text(help))
      .action(async (asked: string) => action(await findRun(cli, asked)));
  };
  runs
    .command('list', { isDefault: true })
    .option('--state <state>', cli.text('help.runs.state'), oneOf('--state', RunState.options))
    .description(cli.text('help.runs.list'))
    .action((options: { state?: RunState }) => list(cli, options.state));
  one('show', 'help.runs.show', (run) => show(cli, run));
  one('answers', 'help.runs.answers', (run) => answers(cli, run));
  runs
    .command('samples')
    .argument('<run>', cli.text('help.runs.id'))
    .option('--step <n>', cli.text('help.runs.sampleStep'), wholeNumber('--step', 0))
    .description(cli.text('help.runs.samples'))
    .action(async (asked: string, { step }: { step?: number }) => {
      const { id } = await findRun(cli, asked);
      const answer = await (await cli.backend()).call('runSamples', { params: { id } });
      cli.result(answer);
      if (answer.samples.length === 0) return cli.say('run.noAnswers');
      showSamples(cli, answer.samples, step);
    });
  one('metrics', 'help.runs.metrics', (run) => metrics(cli, run));
  one('follow', 'help.runs.follow', async (run) => void (await finishRun(cli, run)));
  one('resume', 'help.runs.resume', async ({ id }) => {
    const run = await (await cli.backend()).call('resumeRun', { params: { id } });
    cli.say('run.started', { id: run.id, name: cli.style.bold(run.name) });
    await finishRun(cli, run);
  });
  one('pause', 'help.runs.pause', async ({ id }) => {
    const run = await (await cli.backend()).call('pauseRun', { params: { id } });
    cli.result(run);
    cli.say('run.pauseAsked', { name: run.name });
  });
  one('cancel', 'help.runs.cancel', async ({ id }) => {
    const run = await (await cli.backend()).call('cancelRun', { params: { id } });
    cli.result(run);
    cli.say('run.cancelAsked', { name: run.name });
  });
  runs
    .command('compare')
    .argument('<runs...>', cli.text('help.runs.compareIds'))
    .description(cli.text('help.runs.compare'))
    .action(async (asked: readonly string[]) => {
      const found = [];
      for (const each of asked) found.push(await findRun(cli, each));
      await compareRuns(cli, found);
    });
  addCheckpoints(runs, cli);
  one('delete', 'help.runs.delete', async ({ id, name }) => {
    cli.result(await (await cli.backend()).call('deleteRun', { params: { id } }));
    cli.say('deleted.run', { name });
  });
}

async function list(cli: Cli, state: RunState | undefined): Promise<void> {
  const query = { limit: 1000, ...(state === undefined ? {} : { state }) };
  const answer = await (await cli.backend()).call('listRuns', { query });
  cli.result(answer);
  if (answer.runs.length === 0) return cli.say('list.empty.runs');
  cli.lines(
    ...table(
      [
        { title: cli.text('column.id') },
        { title: cli.text('column.name') },
        { title: cli.text('column.state') },
        { title: cli.text('column.steps'), numeric: true },
        { title: cli.text('column.loss'), numeric: true },
        { title: cli.text('column.heldOut'), numeric: true },
        { title: cli.text('column.right'), numeric: true },
        { title: cli.text('column.created') },
      ],
      answer.runs.map((run) => [
        run.id,
        run.name,
        cli.text(`state.${run.state}`),
        `${formatCount(run.step)}/${formatCount(run.steps)}`,
        run.train_loss === null ? '' : formatNumber(run.train_loss),
        run.held_out_loss === null ? '' : formatNumber(run.held_out_loss),
        right(run),
        formatTime(run.created_at),
      ]),
    ),
  );
  if (answer.runs.length < answer.total) {
    cli.say('list.more', { shown: formatCount(answer.runs.length), total: formatCount(answer.total) });
  }
}

/** Share of right held-out answers, base then tuned. */
function right(run: Run): string {
  const scores = run.evaluation?.held_out;
  return scores ? `${formatShare(scores.base.share)} → ${formatShare(scores.tuned.share)}` : '';
}

async function show(cli: Cli, run: Run): Promise<void> {
  cli.result(run);
  if (cli.json) return;
  const { recipe } = run;
  const pairs: [string, string][] = [
    [cli.text('column.name'), run.name],
    [cli.text('column.id'), run.id],
    [cli.text('column.state'), cli.text(`state.${run.state}`)],
    [cli.text('column.base'), `${run.base.name} · ${shortHash(run.base.hash)}`],
    [cli.text('column.dataset'), `${run.dataset.name}@${run.dataset.version} · ${shortHash(run.dataset.hash)}`],
    [cli.text('column.steps'), `${formatCount(run.step)}/${formatCount(run.steps)}`],
    [cli.text('column.learningRate'), `${formatNumber(recipe.training.learning_rate)} ${recipe.training.scheduler}`],
    ...(recipe.method === 'lora'
      ? ([[cli.text('column.rank'), `${recipe.lora.rank} (alpha ${recipe.lora.alpha})`]] as [string, string][])
      : []),
    ...(run.continued_from === null
      ? []
      : ([[cli.text('column.continued'), `${run.continued_from.name} · ${formatCount(run.continued_from.step)}`]] as [
          string,
          string,
        ][])),
    [cli.text('column.seed'), String(recipe.seed)],
    [cli.text('column.device'), run.device ?? '–'],
    [cli.text('column.engine'), run.engine_version ?? '–'],
    [cli.text('column.checkpoint'), run.checkpoint_step === null ? '–' : formatCount(run.checkpoint_step)],
    [cli.text('column.created'), formatTime(run.created_at)],
    ...(run.ended_at === null
      ? []
      : ([[cli.text('column.took'), formatDuration(cli.language, seconds(run))]] as [string, string][])),
  ];
  cli.lines(...facts(pairs));
  const measured = await (await cli.backend()).call('runMetrics', { params: { id: run.id } });
  showCurves(cli, measured);
  if (run.error) {
    cli.lines('');
    showError(cli, run.error);
  }
  const { samples } = await (await cli.backend()).call('runSamples', { params: { id: run.id } });
  if (samples.length > 0) {
    cli.lines('', cli.style.bold(cli.text('samples.title')));
    cli.lines(...samples.map((one) => sampleLine(cli, one)));
    cli.say('samples.more', { command: `${cli.command} runs samples ${run.id}` });
  }
  if (run.evaluation) {
    cli.lines('', cli.style.bold(cli.text('result.title')));
    showScores(cli, run.evaluation);
  }
  if (run.adapter_id !== null || run.model_id !== null) {
    cli.lines('');
    await showWhere(cli, run);
  }
}

/** Training loss and held-out loss, each as a chart. */
function showCurves(cli: Cli, { step, loss, held_out: heldOut }: RunMetrics): void {
  const size = { width: Math.min(72, cli.columns - 12), height: 8, format: formatNumber };
  if (step.length > 1) {
    cli.lines('', cli.style.bold(cli.text('run.curve')), ...chart({ x: step, y: loss }, size));
  }
  if (heldOut.step.length > 1) {
    cli.lines(
      '',
      cli.style.bold(cli.text('run.heldOutCurve')),
      ...chart({ x: heldOut.step, y: heldOut.loss }, { ...size, height: 5 }),
    );
  }
}

async function answers(cli: Cli, run: Run): Promise<void> {
  cli.result(run.evaluation);
  const sets = [run.evaluation?.held_out, run.evaluation?.regression].filter((set) => set !== undefined);
  if (sets.length === 0) return cli.say('run.noAnswers');
  for (const set of sets) {
    showAnswers(cli, set.answers);
    cli.lines('');
  }
  if (run.evaluation) showScores(cli, run.evaluation);
}

async function metrics(cli: Cli, run: Run): Promise<void> {
  const measured = await (await cli.backend()).call('runMetrics', { params: { id: run.id } });
  cli.result(measured);
  if (measured.step.length === 0) return cli.say('run.noMetrics');
  const heldOut = new Map(measured.held_out.step.map((step, index) => [step, measured.held_out.loss[index]]));
  const cell = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? '' : format(value);
  cli.lines(
    ...table(
      [
        { title: cli.text('column.steps'), numeric: true },
        { title: cli.text('column.loss'), numeric: true },
        { title: cli.text('column.heldOut'), numeric: true },
        { title: cli.text('column.learningRate'), numeric: true },
        { title: cli.text('column.gradientNorm'), numeric: true },
        { title: cli.text('column.speed'), numeric: true },
        { title: cli.text('column.memory'), numeric: true },
      ],
      measured.step.map((step, index) => [
        formatCount(step),
        cell(measured.loss[index], formatNumber),
        cell(heldOut.get(step), formatNumber),
        cell(measured.learning_rate[index], (value) => value.toExponential(2)),
        cell(measured.gradient_norm[index], formatNumber),
        cell(measured.tokens_per_second[index], formatCount),
        cell(measured.memory[index], formatBytes),
      ]),
    ),
  );
}
