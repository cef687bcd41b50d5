/** A thing by what a person calls it: its id, the start of its id, or its name. */
import type { Dataset } from '../contract/dataset.ts';
import type { Adapter, Model } from '../contract/model.ts';
import type { Run } from '../contract/run.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './usageError.ts';

export async function findRun(cli: Cli, asked: string): Promise<Run> {
  const { runs } = await (await cli.backend()).call('listRuns', { query: { limit: 1000 } });
  return choose(cli, 'run', runs, asked);
}

/** `name@version` names one version; a bare name the newest. */
export async function findDataset(cli: Cli, asked: string): Promise<Dataset> {
  const { datasets } = await (await cli.backend()).call('listDatasets');
  const at = datasets.find((dataset) => `${dataset.name}@${dataset.version}` === asked);
  return at ?? choose(cli, 'dataset', datasets, asked);
}

export async function findModel(cli: Cli, asked: string): Promise<Model> {
  const { models } = await (await cli.backend()).call('listBases');
  return choose(cli, 'model', models, asked);
}

export async function findAdapter(cli: Cli, asked: string): Promise<Adapter> {
  const { adapters } = await (await cli.backend()).call('listAdapters');
  return choose(cli, 'adapter', adapters, asked);
}

/** Lists come newest first, so the newest of several with one name is taken. */
function choose<T extends { id: string; name: string }>(
  cli: Cli,
  kind: 'run' | 'dataset' | 'model' | 'adapter',
  all: readonly T[],
  asked: string,
): T {
  const exact = all.find((one) => one.id === asked) ?? all.find((one) => one.name === asked);
  if (exact) return exact;
  const starting = all.filter((one) => one.id.startsWith(asked));
  const [only] = starting;
  if (only && starting.length === 1) return only;
  if (only) {
    throw new UsageError('usage.ambiguous', { value: asked, names: starting.map((one) => one.id).join(', ') });
  }
  const names = [...new Set(all.map((one) => one.name))].slice(0, 8);
  throw new UsageError('usage.noSuch', {
    kind: cli.text(`kind.${kind}`),
    value: asked,
    count: all.length,
    names: names.length === 0 ? '' : `: ${names.join(', ')}`,
  });
}
