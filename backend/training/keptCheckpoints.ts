import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { protocolVersion } from '../../native/contract/messages.ts';
import { TataraError } from '../contract/errors.ts';
import { linkFolder } from '../files/linkFolder.ts';
import { engineMethod, resultMetadata } from './engineRequest.ts';
import type { EngineResults } from './keepResult.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import type { RunRecord } from './runStore.ts';

/** A checkpoint on the disk. */
export interface KeptCheckpoint {
  readonly step: number;
  readonly path: string;
}

type Directories = Pick<RunEnvironment, 'directories'>;

/** By step; the last one of a run that keeps no others counts, too. */
export async function keptCheckpoints({ directories }: Directories, run: RunRecord): Promise<KeptCheckpoint[]> {
  const folder = join(directories.runs, run.id);
  const names = await readdir(join(folder, 'checkpoints')).catch(() => []);
  const kept = names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ step: Number(name), path: join(folder, 'checkpoints', name) }));
  const { checkpointStep: last } = run;
  const latest = join(folder, 'checkpoint');
  const others = last === null || kept.some(({ step }) => step === last) || !existsSync(latest);
  return [...kept, ...(others ? [] : [{ step: last, path: latest }])].sort((a, b) => a.step - b.step);
}

/** Throws `checkpoint_not_found`. */
export async function checkpointAt(environment: Directories, run: RunRecord, step: number): Promise<KeptCheckpoint> {
  const kept = await keptCheckpoints(environment, run);
  const found = kept.find((checkpoint) => checkpoint.step === step);
  if (found) return found;
  const steps = kept.map((checkpoint) => checkpoint.step).join(', ') || '-';
  throw new TataraError('checkpoint_not_found', { name: run.name, step, steps });
}

export async function folderBytes(path: string): Promise<number> {
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(path, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * What the run would have made at a checkpoint, for as long as `use` takes. Throws `checkpoint_not_found`,
 * `model_file_missing`, `model_file_changed`, `checkpoint_mismatch`, `disk_full`.
 */
export async function withCheckpointResult<T>(
  environment: RunEnvironment,
  run: RunRecord,
  step: number,
  use: (results: EngineResults) => Promise<T>,
): Promise<T> {
  const { directories, newId, models, engine } = environment;
  const { path } = await checkpointAt(environment, run, step);
  if (!run.plan) throw new Error(`run ${run.id} has a checkpoint and no plan`);
  const base = await models.verify(models.get(run.base.id));
  const scratch = join(directories.scratch, newId('checkpoint'));
  const [checkpointPath, outputDirectory] = [join(scratch, 'checkpoint'), join(scratch, 'result')];
  try {
    // A run that goes on may let go of it meanwhile.
    await linkFolder(path, checkpointPath);
    await mkdir(outputDirectory);
    const process = engine.start({
      type: 'export',
      protocolVersion,
      basePath: base.path,
      baseHash: base.hash,
      method: engineMethod(run.recipe),
      schedule: run.plan.schedule,
      metadata: { ...resultMetadata(environment, run), step: String(step) },
      checkpointPath,
      outputDirectory,
    });
    for await (const event of process.events) if (event.type === 'exported') return await use(event);
    throw new Error('An export ended without a result.');
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}
