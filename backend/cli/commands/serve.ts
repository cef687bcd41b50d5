import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Backend } from '../../client/connectBackend.ts';
import type { Cli } from '../cli.ts';
import { facts } from '../table.ts';

/** How often it is looked whether the backend still answers, ms. */
const lookInterval = 5000;

/** `tatara serve`: keeps the backend up until Ctrl-C, and says how to speak to it. */
export function addServe(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description(cli.text('help.serve'))
    .action(async () => {
      const backend = await cli.backend();
      const health = await backend.call('health');
      const { data } = await backend.call('listModels');
      const models = data.map((model) => model.id);
      cli.result({
        url: backend.url,
        token: backend.address.token,
        pid: health.pid,
        data_directory: health.data_directory,
        models,
      });
      cli.say('serve.ready', { url: cli.style.bold(backend.url) });
      const question = JSON.stringify(cli.text('serve.question'));
      cli.lines(
        ...facts([
          [cli.text('serve.token'), backend.address.token],
          [cli.text('serve.data'), health.data_directory],
          [cli.text('serve.models'), models.length > 0 ? models.join(', ') : cli.text('serve.noModels')],
        ]),
        '',
        cli.text('serve.example'),
        `  curl ${backend.url}/v1/chat/completions \\`,
        `    -H 'Authorization: Bearer ${backend.address.token}' -H 'Content-Type: application/json' \\`,
        `    -d '{"model": ${JSON.stringify(models[0] ?? 'MODEL')}, "messages": [{"role": "user", "content": ${question}}]}'`,
      );
      cli.lines('', cli.text('serve.stop'));
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
      await untilStopped(backend, stop.signal);
      cli.lines('');
      cli.say('serve.stopped');
    });
}

/** Until the signal; a backend that does not answer any more throws. */
async function untilStopped(backend: Backend, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(lookInterval, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await backend.call('health');
  }
}
