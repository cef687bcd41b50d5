import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Run } from '../../contract/run.ts';
import { formatBytes, formatCount, formatNumber } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { oneOf, realNumber, wholeNumber } from '../options.ts';
import { findRun } from '../resolve.ts';
import { quote } from '../showResult.ts';
import { table } from '../table.ts';
import { finishRun } from './train.ts';

interface ContinueOptions {
  readonly step: number;
  readonly steps?: number;
  readonly learningRate?: number;
  readonly name?: string;
}

interface ExportOptions {
  readonly output: string;
  readonly step?: number;
  readonly format?: 'gguf' | 'peft';
  readonly force?: boolean;
}

/** What `tatara runs` can do with checkpoints: list, use, continue, export. */
export function addCheckpoints(runs: Command, cli: Cli): void {
  const step = wholeNumber('--step', 0);
  const command = (name: string, help: Parameters<Cli['text']>[0]): Command =>
    runs.command(name).argument('<run>', cli.text('help.runs.id')).description(cli.text(help));

  command('checkpoints', 'help.runs.checkpoints').action(async (asked: string) => list(cli, await findRun(cli, asked)));

  command('use', 'help.runs.use')
    .requiredOption('--step <n>', cli.text('help.runs.step'), step)
    .action(async (asked: string, { step }: { step: number }) => {
      const { id } = await findRun(cli, asked);
      const adapter = await (await cli.backend()).call('useCheckpoint', { params: { id }, body: { step } });
      cli.result(adapter);
      cli.say('checkpoints.used', { name: adapter.name });
      cli.say('result.chat', { command: cli.style.bold(`${cli.command} chat ${quote(adapter.name)} --compare`) });
    });

  command('continue', 'help.runs.continue')
    .requiredOption('--step <n>', cli.text('help.runs.step'), step)
    .option('--steps <n>', cli.text('help.runs.continueSteps'), wholeNumber('--steps', 1))
    .option('--learning-rate <x>', cli.text('help.train.learningRate'), realNumber('--learning-rate', 0))
    .option('--name <name>', cli.text('help.train.name'))
    .action(async (asked: string, { step, steps, learningRate, name }: ContinueOptions) => {
      const { id } = await findRun(cli, asked);
      const body = {
        step,
        ...(steps === undefined ? {} : { steps }),
        ...(learningRate === undefined ? {} : { learning_rate: learningRate }),
        ...(name === undefined ? {} : { name }),
      };
      const run = await (await cli.backend()).call('continueRun', { params: { id }, body });
      cli.say('run.started', { id: run.id, name: cli.style.bold(run.name) });
      await finishRun(cli, run);
    });

  command('export', 'help.runs.export')
    .requiredOption('--output <path>', cli.text('help.runs.output'))
    .option('--step <n>', cli.text('help.runs.exportStep'), step)
    .option('--format <format>', cli.text('help.runs.format'), oneOf('--format', ['gguf', 'peft']))
    .option('--force', cli.text('help.runs.force'))
    .action(async (asked: string, { output, step, format = 'gguf', force = false }: ExportOptions) => {
      const { id } = await findRun(cli, asked);
      const body = { path: resolve(output), format, overwrite: force, ...(step === undefined ? {} : { step }) };
      const exported = await (await cli.backend()).call('exportRun', { params: { id }, body });
      cli.result(exported);
      cli.say('exported.result', { path: exported.path, bytes: formatBytes(exported.bytes) });
    });
}

async function list(cli: Cli, run: Run): Promise<void> {
  const backend = await cli.backend();
  const answer = await backend.call('listCheckpoints', { params: { id: run.id } });
  cli.result(answer);
  if (answer.checkpoints.length === 0) return cli.say('checkpoints.none');
  const { adapters } = await backend.call('listAdapters');
  cli.lines(
    ...table(
      [
        { title: cli.text('column.steps'), numeric: true },
        { title: cli.text('column.heldOut'), numeric: true },
        { title: cli.text('column.size'), numeric: true },
        { title: cli.text('column.adapter') },
        { title: '' },
      ],
      answer.checkpoints.map(({ step, held_out_loss: loss, best, last, bytes, adapter_id: adapter }) => [
        formatCount(step),
        loss === null ? '–' : formatNumber(loss),
        formatBytes(bytes),
        adapters.find(({ id }) => id === adapter)?.name ?? '',
        [...(best ? [cli.text('checkpoints.best')] : []), ...(last ? [cli.text('checkpoints.last')] : [])].join(', '),
      ]),
    ),
  );
}
