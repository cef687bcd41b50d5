import type { Command } from 'commander';
import type { Dataset, DatasetRow } from '../../contract/dataset.ts';
import { type DatasetStatistics, RowFilter, type ViewedRow } from '../../contract/datasetView.ts';
import { formatBytes, formatCount, formatShare, formatTime } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { findDataset } from '../resolve.ts';
import { facts, table } from '../table.ts';
import { wrap } from '../width.ts';
import { addDatasetChanges } from './datasetChanges.ts';

interface Reading {
  readonly base?: string;
  readonly context?: number;
}

interface RowsOptions extends Reading {
  readonly offset?: number;
  readonly limit?: number;
  readonly search?: string;
  readonly filter?: RowFilter;
  readonly sort?: 'index' | 'length';
  readonly descending?: true;
}

const usualLimit = 20;
const labelWidth = 12;

/** `tatara datasets`: looking at them. What changes them is in `datasetChanges.ts`. */
export function addDatasets(program: Command, cli: Cli): void {
  const datasets = program.command('datasets').description(cli.text('help.datasets'));
  datasets
    .command('list', { isDefault: true })
    .description(cli.text('help.datasets.list'))
    .action(() => list(cli));
  datasets
    .command('show')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .description(cli.text('help.datasets.show'))
    .action(async (asked: string) => show(cli, await findDataset(cli, asked)));
  reading(paged(datasets.command('rows').argument('<dataset>', cli.text('help.datasets.id'))))
    .option('--search <words>', cli.text('help.datasets.search'))
    .option('--filter <which>', cli.text('help.datasets.filter'), oneOf('--filter', RowFilter.options))
    .option('--sort <by>', cli.text('help.datasets.sort'), oneOf('--sort', ['index', 'length']))
    .option('--descending', cli.text('help.datasets.descending'))
    .description(cli.text('help.datasets.rows'))
    .action(async (asked: string, options: RowsOptions) => rows(cli, await findDataset(cli, asked), options));
  reading(datasets.command('stats').argument('<dataset>', cli.text('help.datasets.id')))
    .description(cli.text('help.datasets.stats'))
    .action(async (asked: string, options: Reading) => statistics(cli, await findDataset(cli, asked), options));
  reading(paged(datasets.command('problems').argument('<dataset>', cli.text('help.datasets.id'))))
    .description(cli.text('help.datasets.problems'))
    .action(async (asked: string, options: RowsOptions) => problems(cli, await findDataset(cli, asked), options));
  datasets
    .command('tokens')
    .argument('<dataset>', cli.text('help.datasets.id'))
    .argument('<row>', cli.text('help.datasets.row'), wholeNumber('<row>', 1))
    .requiredOption('--base <model>', cli.text('help.datasets.base'))
    .description(cli.text('help.datasets.tokens'))
    .action(async (asked: string, row: number, { base }: { base: string }) =>
      tokens(cli, await findDataset(cli, asked), row, base),
    );
  addDatasetChanges(datasets, cli);

  function paged(command: Command): Command {
    return command
      .option('--offset <n>', cli.text('help.datasets.offset'), wholeNumber('--offset', 0))
      .option('--limit <n>', cli.text('help.datasets.limit'), wholeNumber('--limit', 1));
  }

  function reading(command: Command): Command {
    return command
      .option('--base <model>', cli.text('help.datasets.base'))
      .option('--context <n>', cli.text('help.datasets.context'), wholeNumber('--context', 1));
  }
}

async function list(cli: Cli): Promise<void> {
  const answer = await (await cli.backend()).call('listDatasets');
  cli.result(answer);
  if (answer.datasets.length === 0) return cli.say('list.empty.datasets');
  cli.lines(
    ...table(
      [
        { title: cli.text('column.name') },
        { title: cli.text('column.version'), numeric: true },
        { title: cli.text('column.rows'), numeric: true },
        { title: cli.text('column.size'), numeric: true },
        { title: cli.text('column.problems'), numeric: true },
        { title: cli.text('column.source') },
        { title: cli.text('column.created') },
        { title: cli.text('column.id') },
      ],
      answer.datasets.map((dataset) => [
        dataset.name,
        String(dataset.version),
        formatCount(dataset.rows),
        formatBytes(dataset.bytes),
        dataset.problem_count === 0 ? '–' : formatCount(dataset.problem_count),
        dataset.source,
        formatTime(dataset.created_at),
        dataset.id,
      ]),
    ),
  );
}

function show(cli: Cli, dataset: Dataset): void {
  cli.result(dataset);
  cli.lines(
    ...facts([
      [cli.text('column.name'), dataset.name],
      [cli.text('column.version'), String(dataset.version)],
      [cli.text('column.id'), dataset.id],
      [cli.text('column.rows'), formatCount(dataset.rows)],
      [cli.text('column.size'), formatBytes(dataset.bytes)],
      [cli.text('column.source'), dataset.source],
      [cli.text('column.format'), dataset.format],
      [cli.text('column.skipped'), formatCount(dataset.skipped_rows)],
      [cli.text('column.problems'), formatCount(dataset.problem_count)],
      [cli.text('column.created'), formatTime(dataset.created_at)],
      [cli.text('column.hash'), dataset.hash],
    ]),
  );
}

async function rows(cli: Cli, { id }: Dataset, options: RowsOptions): Promise<void> {
  const backend = await cli.backend();
  const { offset = 0, limit = usualLimit, descending, ...asked } = options;
  const params = { id };
  if (Object.keys(asked).length === 0 && !descending) {
    const answer = await backend.call('datasetRows', { params, query: { offset, limit } });
    cli.result(answer);
    for (const { index, row } of answer.rows) showRow(cli, index, row);
    if (answer.rows.length === answer.total) return;
    cli.lines('');
    cli.say('list.more', { shown: formatCount(answer.rows.length), total: formatCount(answer.total) });
    return;
  }
  const query = { ...asked, offset, limit, ...(descending ? { order: 'descending' as const } : {}) };
  // Notices and tokens are known once all rows have been read; the page shows rows before, a terminal waits.
  await backend.call('datasetStatistics', { params, query: readingOf(options) });
  const view = await backend.call('viewDataset', { params, query });
  cli.result(view);
  for (const row of view.rows) showViewed(cli, row);
  cli.lines('');
  cli.say('dataset.matching', { matching: formatCount(view.matching), total: formatCount(view.total) });
}

function showRow(cli: Cli, index: number, row: DatasetRow, beside = ''): void {
  cli.lines(`${cli.style.bold(`${index + 1}`)}${beside}`);
  const part = (label: string, text: string): void => {
    const wrapped = wrap(text, cli.columns - labelWidth - 4);
    cli.lines(...facts(wrapped.map((line, i) => [i === 0 ? label : '', line])).map((line) => `  ${line}`));
  };
  if (row.tools) part(cli.text('column.tools'), row.tools.map((tool) => tool.function.name).join(', '));
  for (const { role, content, tool_calls } of row.messages) {
    if (content !== '' || !tool_calls) part(cli.text(`role.${role}`), content);
    for (const call of tool_calls ?? []) {
      part(cli.text('column.call'), `${call.function.name} ${JSON.stringify(call.function.arguments)}`);
    }
  }
}

function showViewed(cli: Cli, viewed: ViewedRow): void {
  const { index, row, tokens, characters, notices, duplicate_of } = viewed;
  const length = tokens === null ? characters : tokens;
  const unit = cli.text(tokens === null ? 'column.characters' : 'column.tokens');
  showRow(cli, index, row, `  ${cli.style.dim(`${unit} ${formatCount(length)}`)}`);
  for (const notice of notices) {
    const words = cli.text(`dataset.notice.${notice}`, { row: formatCount((duplicate_of ?? 0) + 1) });
    cli.lines(`  ${cli.style.warning(`! ${words}`)}`);
  }
}

async function statistics(cli: Cli, { id }: Dataset, options: Reading): Promise<void> {
  const found = await (await cli.backend()).call('datasetStatistics', {
    params: { id },
    query: readingOf(options),
  });
  cli.result(found);
  const { lengths, filters, languages } = found;
  const count = (words: string, value: number): [string, string] => [words, formatCount(value)];
  cli.lines(
    ...facts([
      count(cli.text('column.rows'), found.rows),
      count(cli.text('column.messages'), found.messages),
      count(cli.text('column.characters'), found.characters),
      ...(found.tokens === null ? [] : [count(cli.text('column.tokens'), found.tokens)]),
      [
        cli.text(`dataset.lengthsOf.${lengths.unit}`),
        cli.text('dataset.lengths', { median: formatCount(lengths.median), longest: formatCount(lengths.longest) }),
      ],
      ...(found.context === null ? [] : [count(cli.text('column.context'), found.context)]),
      count(cli.text('column.problems'), filters.problems),
      count(cli.text('column.duplicates'), filters.duplicates),
      ...(found.tokens === null ? [] : [count(cli.text('column.long'), filters.long)]),
      [cli.text('column.languages'), languageWords(cli, languages, found.rows)],
    ]),
    '',
    ...histogram(found.lengths, cli.columns),
  );
}

function languageWords(cli: Cli, languages: DatasetStatistics['languages'], rows: number): string {
  return (['en', 'ja', 'other'] as const)
    .filter((language) => languages[language] > 0)
    .map((language) => cli.text(`dataset.language.${language}`, { share: formatShare(languages[language] / rows) }))
    .join(', ');
}

/** A line a bar, so that it can be read aloud too. */
function histogram({ counts, width }: DatasetStatistics['lengths'], columns: number): string[] {
  const most = Math.max(1, ...counts);
  const room = Math.max(10, Math.min(60, columns - 30));
  return facts(
    counts.map((count, at) => {
      const bar = '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((room * count) / most)));
      return [`≤ ${formatCount((at + 1) * width)}`, `${bar} ${formatCount(count)}`];
    }),
  );
}

async function problems(cli: Cli, dataset: Dataset, options: RowsOptions): Promise<void> {
  const backend = await cli.backend();
  const params = { id: dataset.id };
  const { offset = 0, limit = usualLimit } = options;
  const found = await backend.call('datasetProblems', { params, query: { offset, limit } });
  const { notices } = await backend.call('datasetStatistics', { params, query: readingOf(options) });
  const query = { ...readingOf(options), filter: 'problems' as const, offset, limit };
  const view = await backend.call('viewDataset', { params, query });
  cli.result({ import: found, notices, rows: view });
  if (found.total === 0 && view.matching === 0) return cli.say('dataset.noProblems');
  if (found.total > 0) {
    cli.say('dataset.importProblems', { source: dataset.source, total: formatCount(found.total) });
    if (found.kept === 0) cli.say('dataset.problemsForgotten');
    for (const { line, column, message, excerpt } of found.problems) {
      const place = column === undefined ? '' : cli.text('import.problemColumn', { column });
      cli.say('import.problem', { line: formatCount(line), column: place, message });
      if (excerpt !== undefined) cli.lines(cli.style.dim(`    ${printable(excerpt)}`));
    }
    const rest = found.total - offset - found.problems.length;
    if (found.kept > 0 && rest > 0) cli.say('import.more', { count: formatCount(rest) });
  }
  if (view.matching === 0) return;
  cli.lines('');
  cli.say('dataset.rowProblems', { count: formatCount(view.matching) });
  for (const row of view.rows) showViewed(cli, row);
}

async function tokens(cli: Cli, { id }: Dataset, row: number, base: string): Promise<void> {
  const found = await (await cli.backend()).call('rowTokens', { params: { id }, query: { row: row - 1, base } });
  cli.result(found);
  const learned = found.tokens.filter((token) => token.learned).length;
  let text = '';
  let within = false;
  for (const token of found.tokens) {
    if (token.learned !== within) text += token.learned ? '⟦' : '⟧';
    within = token.learned;
    text += `${token.text === '' ? '' : '│'}${token.text}`;
  }
  cli.lines(...(text + (within ? '⟧' : '')).split('\n').map(printable), '');
  cli.say('dataset.tokensOf', { tokens: formatCount(found.tokens.length), learned: formatCount(learned) });
}

/** What a file holds must not move the cursor or colour the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

function readingOf({ base, context }: Reading): Reading {
  return { ...(base === undefined ? {} : { base }), ...(context === undefined ? {} : { context }) };
}
