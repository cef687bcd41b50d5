import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ChatMessage, type Dataset, DatasetRow } from '../../contract/dataset.ts';
import { formatBytes, formatCount } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { followJob } from '../followJob.ts';
import { realNumber, wholeNumber } from '../options.ts';
import { findDataset } from '../resolve.ts';
import { UsageError } from '../usageError.ts';
import { exportLines } from './exportLines.ts';

interface EditOptions {
  readonly system?: string;
  readonly user?: string;
  readonly assistant?: string;
  readonly row?: string;
  readonly delete?: true;
  readonly branch?: true;
}

interface SplitOptions {
  readonly share?: number;
  readonly rows?: number;
  readonly seed?: number;
  readonly trainName?: string;
  readonly heldOutName?: string;
}

/** `tatara datasets edit`, `split`, `export` and `delete`. */
export function addDatasetChanges(datasets: Command, cli: Cli): void {
  datasets
    .command('edit')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .argument('<row>', cli.text('help.datasets.row'), wholeNumber('<row>', 1))
    .option('--system <text>', cli.text('help.datasets.system'))
    .option('--user <text>', cli.text('help.datasets.user'))
    .option('--assistant <text>', cli.text('help.datasets.assistant'))
    .option('--row <json>', cli.text('help.datasets.json'))
    .option('--delete', cli.text('help.datasets.deleteRow'))
    .option('--branch', cli.text('help.datasets.branch'))
    .description(cli.text('help.datasets.edit'))
    .action(async (asked: string, row: number, options: EditOptions) => {
      checkEdit(options);
      await edit(cli, await findDataset(cli, asked), row, options);
    });
  datasets
    .command('split')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .option('--share <x>', cli.text('help.datasets.share'), realNumber('--share', 0))
    .option('--rows <n>', cli.text('help.datasets.heldOutRows'), wholeNumber('--rows', 1))
    .option('--seed <n>', cli.text('help.datasets.seed'), wholeNumber('--seed', 0))
    .option('--train-name <name>', cli.text('help.datasets.trainName'))
    .option('--held-out-name <name>', cli.text('help.datasets.heldOutName'))
    .description(cli.text('help.datasets.split'))
    .action(async (asked: string, options: SplitOptions) => {
      if (options.share !== undefined && options.rows !== undefined) throw new UsageError('usage.splitBoth');
      if (options.share !== undefined && !(options.share > 0 && options.share < 1)) {
        throw new UsageError('usage.share', { value: options.share });
      }
      await split(cli, await findDataset(cli, asked), options);
    });
  datasets
    .command('export')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .argument('<file>', cli.text('help.export.fileOrOutput'))
    .option('--force', cli.text('help.export.force'))
    .description(cli.text('help.datasets.export'))
    .action(async (asked: string, file: string, { force }: { force?: true }) => {
      const { id } = await findDataset(cli, asked);
      const params = { id };
      const backend = await cli.backend();
      if (file === '-') {
        return exportLines(cli, async (offset, limit) => {
          const { rows } = await backend.call('datasetRows', { params, query: { offset, limit } });
          return rows.map(({ row }) => JSON.stringify(row));
        });
      }
      const body = { path: resolve(file), overwrite: force ?? false };
      const written = await backend.call('exportDataset', { params, body });
      cli.result(written);
      cli.say('dataset.exported', {
        rows: formatCount(written.rows),
        bytes: formatBytes(written.bytes),
        path: written.path,
      });
    });
  datasets
    .command('delete')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .description(cli.text('help.datasets.delete'))
    .action(async (asked: string) => {
      const dataset = await findDataset(cli, asked);
      cli.result(await (await cli.backend()).call('deleteDataset', { params: { id: dataset.id } }));
      cli.say('deleted.dataset', { name: `${dataset.name}@${dataset.version}` });
    });
}

function checkEdit({ branch: _branch, ...options }: EditOptions): void {
  const given = Object.keys(options);
  if (given.length === 0) throw new UsageError('usage.rowChange');
  const whole = given.find((option) => option === 'row' || option === 'delete');
  if (whole && given.length > 1) throw new UsageError('usage.rowChangeBoth', { option: `--${whole}` });
}

async function edit(cli: Cli, dataset: Dataset, row: number, options: EditOptions): Promise<void> {
  const backend = await cli.backend();
  const params = { id: dataset.id };
  const index = row - 1;
  const changed = options.delete ? null : await changedRow();
  const body = { changes: [{ index, row: changed }], branch: options.branch ?? false };
  const edited = await backend.call('editDataset', { params, body });
  cli.result(edited);
  const { name, version, rows } = edited.dataset;
  cli.say('dataset.edited', { name: cli.style.bold(name), version, rows: formatCount(rows) });
  if (edited.onto !== dataset.version) cli.say('dataset.editedOnto', { onto: edited.onto });

  async function changedRow(): Promise<DatasetRow> {
    if (options.row !== undefined) return parsedRow(options.row);
    const { rows } = await backend.call('datasetRows', { params, query: { offset: index, limit: 1 } });
    const { messages: before = [], tools } = rows[0]?.row ?? {};
    const messages: ChatMessage[] = [...before];
    for (const role of ['system', 'user', 'assistant'] as const) {
      const content = options[role];
      if (content === undefined) continue;
      // Of a longer conversation it is the last turn that is changed; --row changes all of it.
      const at = messages.findLastIndex((message) => message.role === role);
      if (at >= 0) messages[at] = { ...messages[at]!, content };
      else if (role === 'system' && messages.length > 0) messages.unshift({ role, content });
      else if (messages.length > 0) throw new UsageError('usage.rowNoMessage', { row, option: `--${role}` });
    }
    // A row that is not there is refused by the backend, by its number.
    const all = messages.length > 0 ? messages : [{ role: 'user' as const, content: '' }];
    return tools ? { messages: all, tools } : { messages: all };
  }
}

function parsedRow(text: string): DatasetRow {
  try {
    return DatasetRow.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw new UsageError('usage.rowJson', { reason });
  }
}

async function split(cli: Cli, { id }: Dataset, options: SplitOptions): Promise<void> {
  const { trainName, heldOutName, ...rest } = options;
  const body = {
    ...rest,
    ...(trainName === undefined ? {} : { train_name: trainName }),
    ...(heldOutName === undefined ? {} : { held_out_name: heldOutName }),
  };
  const job = await followJob(cli, await (await cli.backend()).call('splitDataset', { params: { id }, body }));
  if (!job?.split) return;
  cli.result(job.split);
  const { train, held_out, near_duplicates } = job.split;
  cli.say('dataset.split', {
    train: cli.style.bold(train.name),
    trainRows: formatCount(train.rows),
    heldOut: cli.style.bold(held_out.name),
    heldRows: formatCount(held_out.rows),
  });
  if (near_duplicates > 0) cli.say('dataset.splitNear', { count: formatCount(near_duplicates) });
}
