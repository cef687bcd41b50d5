import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { UsageError } from '../usageError.ts';

/** `tatara models default [MODEL]`: shows what is asked where no model is named, or chooses it. */
export function addDefaultModel(models: Command, cli: Cli): void {
  models
    .command('default')
    .argument('[model]', cli.text('help.chat.model'))
    .option('--clear', cli.text('help.models.default.clear'))
    .description(cli.text('help.models.default'))
    .action(async (asked: string | undefined, { clear }: { clear?: true }) => {
      if (clear && asked !== undefined) throw new UsageError('usage.defaultClear');
      const backend = await cli.backend();
      const answer = await (clear
        ? backend.call('clearDefaultModel')
        : asked === undefined
          ? backend.call('readDefaultModel')
          : backend.call('chooseDefaultModel', { body: { model: asked } }));
      cli.result(answer);
      const name = answer.model?.name;
      if (name === undefined) return cli.say(clear ? 'default.cleared' : 'default.none');
      cli.say(asked === undefined ? 'default.is' : 'default.chosen', { name });
    });
}
