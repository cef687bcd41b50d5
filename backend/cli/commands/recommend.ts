import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { oneOf } from '../options.ts';
import { findDataset, findModel } from '../resolve.ts';
import { table } from '../table.ts';
import { UsageError } from '../usageError.ts';

interface RecommendOptions {
  readonly base: string;
  readonly dataset: string;
  readonly method?: 'lora' | 'full';
  readonly effort?: 'quick' | 'balanced' | 'careful';
  readonly output?: string;
  readonly force?: boolean;
}

/** `tatara recommend`: settings for a base and a data set, each with where it comes from; as a recipe, too. */
export function addRecommend(program: Command, cli: Cli): void {
  program
    .command('recommend')
    .requiredOption('--base <model>', cli.text('help.train.base'))
    .requiredOption('--dataset <data>', cli.text('help.train.dataset'))
    .option('--method <method>', cli.text('help.recommend.method'), oneOf('--method', ['lora', 'full']))
    .option('--effort <effort>', cli.text('help.recommend.effort'), oneOf('--effort', ['quick', 'balanced', 'careful']))
    .option('--output <file>', cli.text('help.recommend.output'))
    .option('--force', cli.text('help.runs.force'))
    .description(cli.text('help.recommend'))
    .action((options: RecommendOptions) => recommend(cli, options));
}

async function recommend(cli: Cli, options: RecommendOptions): Promise<void> {
  const { method = 'lora', effort = 'balanced', output, force = false } = options;
  const backend = await cli.backend();
  const { name: base } = await findModel(cli, options.base);
  const { name: dataset } = await findDataset(cli, options.dataset);
  const body = { base, dataset, method, effort };
  const { settings } = await backend.call('recommendRecipe', { body });
  const recipe_yaml = '';
  const named = { base, dataset: options.dataset, ...(method === 'full' ? { method } : {}) };
  const changes = [
    ...Object.entries(named).map(([path, value]) => ({ path, value })),
    ...settings.map(({ path, value }) => ({ path, value })),
  ];
  const edited = await backend.call('editRecipe', { body: { recipe_yaml, changes } });
  cli.result({ settings, recipe_yaml: edited.recipe_yaml });
  cli.lines(
    ...table(
      [{ title: cli.text('column.setting') }, { title: cli.text('column.value') }, { title: cli.text('column.why') }],
      settings.map(({ path, value, reason }) => [path, Array.isArray(value) ? value.join(' ') : String(value), reason]),
    ),
  );
  if (output === undefined) return;
  try {
    await writeFile(output, edited.recipe_yaml, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new UsageError('usage.unwritable', {
      path: output,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
  cli.say('recommend.written', { path: output, command: `${cli.command} train ${output}` });
}
