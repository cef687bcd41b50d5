import type { Command } from 'commander';
import { formatBytes, formatCount, formatNumber, formatTime } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { findAdapter, findModel } from '../resolve.ts';
import { facts, table } from '../table.ts';
import { addDefaultModel } from './defaultModel.ts';

/** `tatara models` and `adapters`. */
export function addListCommands(program: Command, cli: Cli): void {
  addModels(program, cli);
  addAdapters(program, cli);
}

function addModels(program: Command, cli: Cli): void {
  const models = program.command('models').description(cli.text('help.models'));
  models
    .command('list', { isDefault: true })
    .description(cli.text('help.models.list'))
    .action(async () => {
      const answer = await (await cli.backend()).call('listBases');
      cli.result(answer);
      if (answer.models.length === 0) return cli.say('list.empty.models');
      cli.lines(
        ...table(
          [
            { title: cli.text('column.name') },
            { title: cli.text('column.architecture') },
            { title: cli.text('column.parameters'), numeric: true },
            { title: cli.text('column.type') },
            { title: cli.text('column.size'), numeric: true },
            { title: cli.text('column.file') },
            { title: cli.text('column.id') },
          ],
          answer.models.map((model) => [
            model.name,
            model.facts.architecture,
            formatCount(model.facts.parameters),
            model.facts.file_type,
            formatBytes(model.bytes),
            model.available ? model.path : `${model.path} (${cli.text('word.missing')})`,
            model.id,
          ]),
        ),
      );
    });
  models
    .command('show')
    .argument('<model>', cli.text('help.models.id'))
    .description(cli.text('help.models.show'))
    .action(async (asked: string) => {
      const model = await findModel(cli, asked);
      cli.result(model);
      const { facts: said } = model;
      cli.lines(
        ...facts([
          [cli.text('column.name'), model.name],
          [cli.text('column.id'), model.id],
          [cli.text('column.file'), model.available ? model.path : `${model.path} (${cli.text('word.missing')})`],
          [cli.text('column.size'), formatBytes(model.bytes)],
          [cli.text('column.architecture'), said.architecture],
          [cli.text('column.parameters'), formatCount(said.parameters)],
          [cli.text('column.type'), said.file_type],
          [cli.text('column.layers'), String(said.layers)],
          [cli.text('column.context'), formatCount(said.context_length)],
          [cli.text('column.vocabulary'), formatCount(said.vocabulary)],
          [cli.text('column.template'), cli.text(said.has_chat_template ? 'word.yes' : 'word.no')],
          [cli.text('column.licence'), said.licence ?? '–'],
          [cli.text('column.training'), said.training_refusal?.message ?? cli.text('word.possible')],
          [cli.text('column.hash'), model.hash],
        ]),
      );
    });
  addDefaultModel(models, cli);
  models
    .command('delete')
    .argument('<model>', cli.text('help.models.id'))
    .description(cli.text('help.models.delete'))
    .action(async (asked: string) => {
      const model = await findModel(cli, asked);
      cli.result(await (await cli.backend()).call('deleteModel', { params: { id: model.id } }));
      cli.say('deleted.model', { name: model.name, path: model.path });
    });
}

function addAdapters(program: Command, cli: Cli): void {
  const adapters = program.command('adapters').description(cli.text('help.adapters'));
  adapters
    .command('list', { isDefault: true })
    .description(cli.text('help.adapters.list'))
    .action(async () => {
      const backend = await cli.backend();
      const [answer, { models }] = [await backend.call('listAdapters'), await backend.call('listBases')];
      cli.result(answer);
      if (answer.adapters.length === 0) return cli.say('list.empty.adapters');
      cli.lines(
        ...table(
          [
            { title: cli.text('column.name') },
            { title: cli.text('column.base') },
            { title: cli.text('column.shown') },
            { title: cli.text('column.rank'), numeric: true },
            { title: 'Alpha', numeric: true },
            { title: cli.text('column.size'), numeric: true },
            { title: cli.text('column.created') },
            { title: cli.text('column.file') },
            { title: cli.text('column.id') },
          ],
          answer.adapters.map((adapter) => [
            adapter.name,
            models.find((model) => model.id === adapter.base_id)?.name ?? adapter.base_id,
            cli.text(`shown.${adapter.verdict ?? 'unmeasured'}`),
            String(adapter.rank),
            Number.isInteger(adapter.alpha) ? String(adapter.alpha) : formatNumber(adapter.alpha),
            formatBytes(adapter.bytes),
            formatTime(adapter.created_at),
            adapter.path,
            adapter.id,
          ]),
        ),
      );
    });
  adapters
    .command('delete')
    .argument('<adapter>', cli.text('help.adapters.id'))
    .description(cli.text('help.adapters.delete'))
    .action(async (asked: string) => {
      const adapter = await findAdapter(cli, asked);
      cli.result(await (await cli.backend()).call('deleteAdapter', { params: { id: adapter.id } }));
      cli.say('deleted.adapter', { name: adapter.name });
    });
}
