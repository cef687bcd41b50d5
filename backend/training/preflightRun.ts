import { mkdir, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../native/contract/messages.ts';
import type { Preflight } from '../contract/run.ts';
import { engineRequest } from './engineRequest.ts';
import type { ResolvedRecipe } from './resolveRecipe.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import { makeTrainingFiles } from './trainingFiles.ts';

/** Prepares the rows as a run would, lets the engine make three steps, and keeps nothing. */
export async function preflightRun(
  environment: RunEnvironment,
  { recipe, base, dataset, heldOutDataset }: ResolvedRecipe,
  signal: AbortSignal,
): Promise<Preflight> {
  const { engine, models, directories, newId, freeMemory } = environment;
  const directory = join(directories.scratch, newId('preflight'));
  await mkdir(directory, { recursive: true });
  try {
    const verified = await models.verify(base, signal);
    const rows = { recipe, base: verified, dataset, heldOutDataset, directory, signal, onProgress: () => {} };
    const files = await makeTrainingFiles(environment, rows);
    await freeMemory();
    signal.throwIfAborted();
    const process = engine.start({ type: 'preflight', ...engineRequest(recipe, verified, files, directory) });
    const kill = () => process.kill();
    signal.addEventListener('abort', kill);
    try {
      let ready: Extract<EngineEvent, { type: 'ready' }> | null = null;
      for await (const event of process.events) {
        if (event.type === 'ready') ready = event;
        if (event.type !== 'preflight' || !ready) continue;
        const { steps } = files.plan.schedule;
        return {
          seconds_per_step: event.secondsPerStep,
          startup_seconds: event.startupSeconds,
          estimated_seconds: event.startupSeconds + steps * event.secondsPerStep,
          peak_memory: event.peakMemory,
          machine_memory: ready.device.kind === 'gpu' ? ready.device.memoryTotal : totalmem(),
          disk_bytes: event.diskBytes,
          tokens_per_second: event.tokensPerSecond,
          steps,
          train_rows: files.plan.trainRows,
          held_out_rows: files.plan.heldOutRows,
          device: ready.device.name,
        };
      }
      throw new Error('A preflight ended without a result.');
    } finally {
      signal.removeEventListener('abort', kill);
    }
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
