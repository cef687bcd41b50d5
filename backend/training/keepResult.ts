import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TataraError } from '../contract/errors.ts';
import type { Adapter } from '../contract/model.ts';
import { move } from '../files/move.ts';
import { syncDirectory } from '../files/writeAside.ts';
import type { EngineResult } from './followEngine.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import type { RunRecord } from './runStore.ts';

/** What an engine wrote as the result of a run, or of a checkpoint. */
export type EngineResults = Pick<EngineResult, 'adapterPath' | 'peftPath' | 'modelPath'>;

/**
 * Moves what a run made out of its folder, which may be deleted later, and registers it. The id comes from the run's,
 * so that a run that died in between and does this again makes the same thing and not a second one.
 */
export async function keepResult(environment: RunEnvironment, run: RunRecord, result: EngineResult): Promise<void> {
  if (run.recipe.method === 'full') await keepModel(environment, run, result);
  else await keepAdapter(environment, run, result);
}

async function keepAdapter(environment: RunEnvironment, run: RunRecord, result: EngineResult): Promise<void> {
  const { adapterStore, store, journal } = environment;
  const id = run.id.replace(/^run_/, 'adp_');
  const adapter = await adapterOf(environment, run, id, result);
  store.transaction(() => {
    adapterStore.put(adapter);
    journal.change(run.id, { adapterId: id });
  });
}

/** Moves an adapter to where adapters lie; it is not registered yet. */
export async function adapterOf(
  { directories, now }: Pick<RunEnvironment, 'directories' | 'now'>,
  run: RunRecord,
  id: string,
  { adapterPath, peftPath }: EngineResults,
): Promise<Adapter> {
  if (adapterPath === undefined) throw new TataraError('engine_bug', { reason: 'it wrote no adapter' });
  const folder = join(directories.adapters, id);
  const path = join(folder, 'adapter.gguf');
  await mkdir(folder, { recursive: true });
  await move(adapterPath, path);
  const peft = join(folder, 'peft');
  if (peftPath !== undefined) await move(peftPath, peft);
  await syncDirectory(folder);
  const { size } = await stat(path);
  return {
    id,
    name: run.name.replaceAll(/[\p{C}/\\@]+/gu, '-').trim(),
    base_id: run.base.id,
    base_hash: run.base.hash,
    run_id: run.id,
    path,
    ...(peftPath === undefined ? {} : { peft_path: peft }),
    rank: run.recipe.lora.rank,
    alpha: run.recipe.lora.alpha,
    bytes: size,
    created_at: now(),
  };
}

async function keepModel(
  { models, directories, journal }: RunEnvironment,
  run: RunRecord,
  { modelPath }: EngineResult,
): Promise<void> {
  if (modelPath === undefined) throw new TataraError('engine_bug', { reason: 'it wrote no model' });
  const id = run.id.replace(/^run_/, 'mdl_');
  const folder = join(directories.models, id);
  const path = join(folder, 'model.gguf');
  await mkdir(folder, { recursive: true });
  await move(modelPath, path);
  await syncDirectory(folder);
  const model = await models.register(id, path, run.name);
  journal.change(run.id, { modelId: model.id });
}
