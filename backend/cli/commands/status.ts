import type { Command } from 'commander';
import { formatBytes, formatDuration } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { facts, table } from '../table.ts';

/** `tatara status`: how the backend is. It starts none. */
export function addStatus(program: Command, cli: Cli): void {
  program
    .command('status')
    .description(cli.text('help.status'))
    .action(async () => {
      const backend = await cli.runningBackend();
      if (!backend) {
        cli.result(null);
        return cli.say('status.off');
      }
      const status = await backend.call('status');
      cli.result({ url: backend.url, ...status });
      const { running, queued } = status.runs;
      cli.lines(
        ...facts([
          [cli.text('status.address'), backend.url],
          [cli.text('status.version'), status.version],
          [cli.text('status.process'), String(status.pid)],
          [cli.text('status.since'), formatDuration(cli.language, status.uptime_seconds)],
          [cli.text('column.memory'), formatBytes(status.memory)],
          [cli.text('serve.data'), status.data_directory],
          [cli.text('status.runs'), cli.text('status.runCount', { running, queued })],
          [cli.text('status.default'), status.default_model?.name ?? cli.text('status.none')],
        ]),
        '',
      );
      if (status.loaded.length === 0) return cli.say('status.nothingLoaded');
      cli.lines(
        ...table(
          [
            { title: cli.text('status.loaded') },
            { title: cli.text('status.adapters') },
            { title: cli.text('column.memory'), numeric: true },
            { title: cli.text('column.state') },
          ],
          status.loaded.map(({ name, adapters, bytes, in_use: inUse }) => [
            name,
            adapters.join(', ') || '–',
            formatBytes(bytes),
            cli.text(inUse ? 'status.inUse' : 'status.idle'),
          ]),
        ),
      );
    });
}
