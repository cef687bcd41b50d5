import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes, formatCount, formatTime } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { wholeNumber } from '../options.ts';
import { table } from '../table.ts';
import { truncate } from '../width.ts';

const usualLimit = 20;
const questionWidth = 48;

/** `tatara votes`: which of two answers was found better. Votes are given in `tatara chat --compare`. */
export function addVotes(program: Command, cli: Cli): void {
  const votes = program.command('votes').description(cli.text('help.votes'));
  votes
    .command('list', { isDefault: true })
    .option('--offset <n>', cli.text('help.datasets.offset'), wholeNumber('--offset', 0))
    .option('--limit <n>', cli.text('help.votes.limit'), wholeNumber('--limit', 1))
    .description(cli.text('help.votes.list'))
    .action(async ({ offset = 0, limit = usualLimit }: { offset?: number; limit?: number }) => {
      const answer = await (await cli.backend()).call('listPreferences', { query: { offset, limit } });
      cli.result(answer);
      if (answer.total === 0) return cli.say('votes.empty');
      cli.lines(
        ...table(
          [
            { title: cli.text('column.created') },
            { title: cli.text('column.question') },
            { title: cli.text('column.better') },
            { title: cli.text('column.id') },
          ],
          answer.preferences.map(({ id, created_at, messages, answers, better }) => [
            formatTime(created_at),
            truncate((messages.at(-1)?.content ?? '').replace(/[\s\p{Cc}]+/gu, ' '), questionWidth),
            better === 'same' ? cli.text('votes.same') : answers[better === 'first' ? 0 : 1].model,
            id,
          ]),
        ),
      );
      if (answer.preferences.length === answer.total) return;
      cli.say('list.more', { shown: formatCount(answer.preferences.length), total: formatCount(answer.total) });
    });
  votes
    .command('export')
    .argument('<file>', cli.text('help.export.file'))
    .option('--force', cli.text('help.export.force'))
    .description(cli.text('help.votes.export'))
    .action(async (file: string, { force }: { force?: true }) => {
      const body = { path: resolve(file), overwrite: force ?? false };
      const written = await (await cli.backend()).call('exportPreferences', { body });
      cli.result(written);
      cli.say('dataset.exported', {
        rows: formatCount(written.rows),
        bytes: formatBytes(written.bytes),
        path: written.path,
      });
      if (written.same > 0) cli.say('votes.leftOut', { count: formatCount(written.same) });
    });
  votes
    .command('delete')
    .argument('<id>', cli.text('help.votes.id'))
    .description(cli.text('help.votes.delete'))
    .action(async (id: string) => {
      cli.result(await (await cli.backend()).call('deletePreference', { params: { id } }));
      cli.say('votes.deleted', { id });
    });
}
