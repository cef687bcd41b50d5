import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DatasetFormat, type DatasetImported } from '../../contract/dataset.ts';
import type { Model } from '../../contract/model.ts';
import { formatBytes, formatCount } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { followJob } from '../followJob.ts';
import { oneOf } from '../options.ts';
import { UsageError } from '../usageError.ts';

const kinds = ['data', 'model', 'adapter'] as const;
type Kind = (typeof kinds)[number];

interface ImportOptions {
  readonly name?: string;
  readonly format?: DatasetFormat;
  readonly skipBroken?: true;
  readonly base?: string;
}

/** How many broken rows are listed; all of them stand in the JSON answer. */
const shownProblems = 20;

/** `tatara import [data|model|adapter] FILE...` */
export function addImport(program: Command, cli: Cli): void {
  program
    .command('import')
    .argument('<files...>', cli.text('help.import.files'))
    .option('--name <name>', cli.text('help.import.name'))
    .option('--format <format>', cli.text('help.import.format'), oneOf('--format', DatasetFormat.options))
    .option('--skip-broken', cli.text('help.import.skipBroken'))
    .option('--base <model>', cli.text('help.import.base'))
    .description(cli.text('help.import'))
    .action(async (args: string[], options: ImportOptions) => {
      const said = args.length > 1 ? kinds.find((kind) => kind === args[0]) : undefined;
      const files = said ? args.slice(1) : args;
      if (options.name !== undefined && files.length > 1) {
        throw new UsageError('usage.oneName', { count: files.length });
      }
      for (const file of files) {
        const path = resolve(file);
        await importOne(cli, said ?? (await recognise(path, options)), path, options);
        if (cli.exitCode === exitCode.interrupted) return;
      }
    });
}

/** By content: a folder or a GGUF file is a model, an adapter where its base is named; all else is data. */
async function recognise(path: string, options: ImportOptions): Promise<Kind> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return 'model';
  if (!found?.isFile()) return /\.gguf$/i.test(path) ? 'model' : 'data';
  await using file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (buffer.toString('latin1') !== 'GGUF') return 'data';
  return options.base === undefined ? 'model' : 'adapter';
}

async function importOne(cli: Cli, kind: Kind, path: string, options: ImportOptions): Promise<void> {
  if (kind === 'model') await importModel(cli, path, options.name);
  else if (kind === 'data') await importDataset(cli, path, options);
  else await importAdapter(cli, path, options);
}

/** Takes in a base model and says what it is. Also the first step of the tutorial. */
export async function importModel(cli: Cli, path: string, name?: string): Promise<Model> {
  const body = { path, ...(name === undefined ? {} : { name }) };
  const model = await (await cli.backend()).call('importModel', { body });
  cli.result(model);
  cli.say('import.model', {
    name: cli.style.bold(model.name),
    architecture: model.facts.architecture,
    parameters: formatCount(model.facts.parameters),
    type: model.facts.file_type,
    bytes: formatBytes(model.bytes),
  });
  if (model.facts.training_refusal) cli.say('import.refusal', { reason: model.facts.training_refusal.message });
  if (!model.facts.has_chat_template) cli.say('import.noTemplate');
  return model;
}

/** Takes in a data set and says what came of it; null where Ctrl-C has cancelled it. */
export async function importDataset(cli: Cli, path: string, options: ImportOptions): Promise<DatasetImported | null> {
  const body = {
    path,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.format === undefined ? {} : { format: options.format }),
    skip_broken: options.skipBroken ?? false,
  };
  const job = await followJob(cli, await (await cli.backend()).call('startImport', { body }));
  const imported = job?.imported;
  if (!imported) return null;
  cli.result(imported);
  const { dataset, problems } = imported;
  cli.say(imported.unchanged ? 'import.unchanged' : 'import.dataset', {
    name: cli.style.bold(dataset.name),
    version: dataset.version,
    rows: formatCount(dataset.rows),
    bytes: formatBytes(dataset.bytes),
  });
  if (dataset.skipped_rows > 0) {
    cli.say('import.skipped', { count: formatCount(dataset.skipped_rows) });
    for (const problem of problems.slice(0, shownProblems)) {
      const column = problem.column === undefined ? '' : cli.text('import.problemColumn', { column: problem.column });
      cli.say('import.problem', { line: formatCount(problem.line), column, message: problem.message });
    }
    const rest = dataset.skipped_rows - Math.min(problems.length, shownProblems);
    if (rest > 0) cli.say('import.more', { count: formatCount(rest) });
  }
  return imported;
}

async function importAdapter(cli: Cli, path: string, options: ImportOptions): Promise<void> {
  if (options.base === undefined) throw new UsageError('usage.adapterBase');
  const body = { path, base: options.base, ...(options.name === undefined ? {} : { name: options.name }) };
  const adapter = await (await cli.backend()).call('importAdapter', { body });
  cli.result(adapter);
  cli.say('import.adapter', {
    name: cli.style.bold(adapter.name),
    base: options.base,
    rank: adapter.rank,
    bytes: formatBytes(adapter.bytes),
  });
}
