import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { BackendError } from '../../client/backendError.ts';
import type { RecipeInput } from '../../contract/recipe.ts';
import type { Preflight, Run, RunCreate } from '../../contract/run.ts';
import { formatDuration } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { followRun } from '../followRun.ts';
import { realNumber, wholeNumber } from '../options.ts';
import { showError } from '../showError.ts';
import { showPreflight } from '../showPreflight.ts';
import { showResult } from '../showResult.ts';
import { UsageError } from '../usageError.ts';

interface TrainOptions {
  readonly base?: string;
  readonly dataset?: string;
  readonly name?: string;
  readonly epochs?: number;
  readonly steps?: number;
  readonly rank?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly device?: string;
  /** False with --no-preflight. */
  readonly preflight: boolean;
}

/** `tatara train RECIPE.yaml`, or by flags. */
export function addTrain(program: Command, cli: Cli): void {
  program
    .command('train')
    .argument('[recipe]', cli.text('help.train.recipe'))
    .option('--base <model>', cli.text('help.train.base'))
    .option('--dataset <data>', cli.text('help.train.dataset'))
    .option('--name <name>', cli.text('help.train.name'))
    .option('--epochs <n>', cli.text('help.train.epochs'), realNumber('--epochs', 0))
    .option('--steps <n>', cli.text('help.train.steps'), wholeNumber('--steps', 1))
    .option('--rank <n>', cli.text('help.train.rank'), wholeNumber('--rank', 1))
    .option('--learning-rate <x>', cli.text('help.train.learningRate'), realNumber('--learning-rate', 0))
    .option('--batch-size <n>', cli.text('help.train.batchSize'), wholeNumber('--batch-size', 1))
    .option('--seed <n>', cli.text('help.train.seed'), wholeNumber('--seed', 0))
    .option('--device <name>', cli.text('help.train.device'))
    .option('--no-preflight', cli.text('help.train.noPreflight'))
    .description(cli.text('help.train'))
    .action(async (path: string | undefined, options: TrainOptions) => {
      const create = path === undefined ? fromFlags(options) : await fromFile(path, options);
      if (options.preflight) await preflight(cli, create);
      await train(cli, create);
    });
}

/** Measures three real steps and shows them. Where another run uses the device, says so, and that this one will wait. */
export async function preflight(cli: Cli, create: RunCreate): Promise<void> {
  cli.progress(cli.text('preflight.measuring'));
  const backend = await cli.backend();
  let measured: Preflight;
  try {
    measured = await backend.call('preflightRun', { body: create });
  } catch (error) {
    if (!(error instanceof BackendError && error.body.code === 'engine_busy')) throw error;
    const left = error.body.details?.seconds_left;
    cli.say('preflight.busy');
    if (typeof left === 'number') cli.say('preflight.busyLeft', { duration: formatDuration(cli.language, left) });
    return;
  }
  cli.result({ type: 'preflight', preflight: measured });
  cli.say(measured.earlier ? 'preflight.earlier' : 'preflight.title');
  showPreflight(cli, measured);
  cli.lines('');
}

type ShowEnd = (cli: Cli, run: Run) => void | Promise<void>;

/** Queues the run, follows it, shows its end, and sets the exit code. */
export async function train(cli: Cli, create: RunCreate, showEnd: ShowEnd = showResult): Promise<Run> {
  const run = await (await cli.backend()).call('createRun', { body: create });
  cli.say('run.started', { id: run.id, name: cli.style.bold(run.name) });
  return finishRun(cli, run, showEnd);
}

/** Follows a run that is queued or running to its end. */
export async function finishRun(cli: Cli, started: Run, showEnd: ShowEnd = showResult): Promise<Run> {
  const run = await followRun(cli, started);
  cli.result({ type: 'run', run });
  await showEnd(cli, run);
  if (run.state === 'failed') {
    if (run.error) showError(cli, run.error);
    cli.exitCode = exitCode.failed;
  } else if (run.state === 'cancelled') {
    cli.exitCode = exitCode.failed;
  } else if (run.state === 'succeeded') {
    cli.exitCode = exitCode.done;
  } else {
    cli.exitCode = exitCode.interrupted;
  }
  return run;
}

async function fromFile(path: string, options: TrainOptions): Promise<RunCreate> {
  const { preflight: _, ...flags } = options;
  const given = Object.keys(flags).map(
    (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  if (given.length > 0) throw new UsageError('usage.trainBoth', { options: given.join(', ') });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError('usage.unreadable', { path, reason: error instanceof Error ? error.message : String(error) });
  }
  return { recipe_yaml: text, filename: basename(path) };
}

function fromFlags(options: TrainOptions): RunCreate {
  const { base, dataset, name, epochs, steps, rank, learningRate, batchSize, seed, device } = options;
  if (base === undefined || dataset === undefined) throw new UsageError('usage.train');
  const recipe: RecipeInput = {
    base,
    dataset,
    ...(name === undefined ? {} : { name }),
    ...(seed === undefined ? {} : { seed }),
    ...(device === undefined ? {} : { device }),
    ...(rank === undefined ? {} : { lora: { rank, alpha: 2 * rank } }),
    training: {
      ...(epochs === undefined ? {} : { epochs }),
      ...(steps === undefined ? {} : { steps }),
      ...(learningRate === undefined ? {} : { learning_rate: learningRate }),
      ...(batchSize === undefined ? {} : { batch_size: batchSize }),
    },
  };
  return { recipe };
}
