import { once } from 'node:events';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { facts } from '../table.ts';

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
        token: backend.token,
        pid: health.pid,
        data_directory: health.data_directory,
        started: backend.started,
        models,
      });
      if (backend.started) cli.say('serve.ready', { url: cli.style.bold(backend.url) });
      else cli.say('serve.already', { url: cli.style.bold(backend.url), pid: health.pid });
      const question = JSON.stringify(cli.text('serve.question'));
      cli.lines(
        ...facts([
          [cli.text('serve.token'), backend.token],
          [cli.text('serve.data'), health.data_directory],
          [cli.text('serve.models'), models.length > 0 ? models.join(', ') : cli.text('serve.noModels')],
        ]),
        '',
        cli.text('serve.example'),
        `  curl ${backend.url}/v1/chat/completions \\`,
        `    -H 'Authorization: Bearer ${backend.token}' -H 'Content-Type: application/json' \\`,
        `    -d '{"model": ${JSON.stringify(models[0] ?? 'MODEL')}, "messages": [{"role": "user", "content": ${question}}]}'`,
      );
      if (!backend.started) return;
      cli.lines('', cli.text('serve.stop'));
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), backend.ended]);
      cli.lines('');
      cli.say('serve.stopped');
    });
}
