import { mkdir, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import type { Adapter } from '../contract/model.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Checkpoint, Run, RunContinue, RunExport, RunExported } from '../contract/run.ts';
import { linkFolder } from '../files/linkFolder.ts';
import { copyExport, type ExportTarget, writing } from '../files/writeExport.ts';
import type { RunQueue } from '../jobs/runQueue.ts';
import { datasetsOf } from './executeRun.ts';
import { adapterOf } from './keepResult.ts';
import { checkpointAt, folderBytes, keptCheckpoints, withCheckpointResult } from './keptCheckpoints.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import { runMetrics } from './runMetrics.ts';
import type { RunService } from './runService.ts';
import type { RunRecord } from './runStore.ts';

/** What can be made of a run's checkpoints, and of its result. */
export class CheckpointService {
  readonly #environment: RunEnvironment;
  readonly #queue: RunQueue;
  readonly #runs: RunService;
  /** Adapters that are being made, by id. */
  readonly #making = new Map<string, Promise<Adapter>>();

  constructor(environment: RunEnvironment, queue: RunQueue, runs: RunService) {
    this.#environment = environment;
    this.#queue = queue;
    this.#runs = runs;
  }

  async list(id: string): Promise<Checkpoint[]> {
    const { store, adapterStore } = this.#environment;
    const run = this.#runs.get(id);
    const { held_out: heldOut } = runMetrics(store.eventsOfTypes(id, ['ready', 'held_out']), 0);
    const losses = new Map(heldOut.step.map((step, index) => [step, heldOut.loss[index]!]));
    const kept = await keptCheckpoints(this.#environment, run);
    const best = Math.min(...kept.map(({ step }) => losses.get(step) ?? Number.POSITIVE_INFINITY));
    return Promise.all(
      kept.map(async ({ step, path }) => ({
        step,
        held_out_loss: losses.get(step) ?? null,
        best: losses.get(step) === best,
        last: step === run.checkpointStep,
        bytes: await folderBytes(path),
        adapter_id: adapterStore.get(this.#adapterId(run, step))?.id ?? null,
      })),
    );
  }

  /** Makes the adapter of a checkpoint one that can be asked; the one that there is already where it was made before. */
  async use(id: string, step: number): Promise<Adapter> {
    const run = this.#runs.get(id);
    if (run.recipe.method === 'full') throw new TataraError('checkpoint_whole_model', { name: run.name });
    const adapterId = this.#adapterId(run, step);
    const known = this.#environment.adapterStore.get(adapterId);
    if (known) return known;
    const making = this.#making.get(adapterId) ?? this.#make(run, step, adapterId);
    this.#making.set(adapterId, making);
    try {
      return await making;
    } finally {
      this.#making.delete(adapterId);
    }
  }

  /** A new run with a checkpoint of this one as its beginning. Throws `checkpoint_at_end`, `run_data_changed`. */
  async continue(id: string, asked: RunContinue, language: Language): Promise<Run> {
    const { journal, store, directories, newId } = this.#environment;
    const run = this.#runs.get(id);
    const { step, name = this.#runs.freeName(`${run.name}-from-${asked.step}`) } = asked;
    const { path } = await checkpointAt(this.#environment, run, step);
    const steps = asked.steps ?? run.plan?.schedule.steps ?? run.steps;
    if (steps <= step) throw new TataraError('checkpoint_at_end', { step, steps });
    datasetsOf(this.#environment, run);
    const training = {
      ...run.recipe.training,
      ...(asked.steps === undefined ? {} : { steps: asked.steps }),
      ...(asked.learning_rate === undefined ? {} : { learning_rate: asked.learning_rate }),
    };
    const recipe: Recipe = { ...run.recipe, name, training };
    const continued = newId('run');
    const folder = join(directories.runs, continued);
    try {
      await linkFolder(path, join(folder, 'checkpoint'));
      journal.transaction(() => {
        store.add({
          ...this.#runs.begun(continued, name, recipe, run),
          step,
          steps,
          checkpointStep: step,
          continuedFrom: { id, name: run.name, step },
        });
        this.#queue.enqueue(continued);
      });
    } catch (error) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      throw error;
    }
    this.#queue.schedule();
    return this.#runs.read(continued, language);
  }

  /** Throws `export_exists`, `export_unwritable`, `run_without_result`, `checkpoint_not_found`, `disk_full`. */
  async export(id: string, { step, format, path, overwrite }: RunExport): Promise<RunExported> {
    if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
    const run = this.#runs.get(id);
    const target = { path, overwrite };
    const write = async (from: string | undefined): Promise<RunExported> => {
      if (from === undefined) throw new TataraError('run_without_result', { name: run.name, format });
      return { path, bytes: await (format === 'peft' ? copyFolder : copyExport)(from, target) };
    };
    if (step === undefined) return write(this.#result(run, format));
    return withCheckpointResult(this.#environment, run, step, ({ adapterPath, peftPath, modelPath }) =>
      write(format === 'peft' ? peftPath : (adapterPath ?? modelPath)),
    );
  }

  #result(run: RunRecord, format: RunExport['format']): string | undefined {
    const { adapterStore, models } = this.#environment;
    if (run.adapterId !== null) {
      const adapter = adapterStore.get(run.adapterId);
      return format === 'peft' ? adapter?.peft_path : adapter?.path;
    }
    return run.modelId !== null && format === 'gguf' ? models.get(run.modelId).path : undefined;
  }

  /** The run's own adapter is that of its last step. */
  #adapterId(run: RunRecord, step: number): string {
    if (run.adapterId !== null && step === run.steps) return run.adapterId;
    return `${run.id.replace(/^run_/, 'adp_')}-${step}`;
  }

  async #make(run: RunRecord, step: number, id: string): Promise<Adapter> {
    const { adapterStore } = this.#environment;
    return withCheckpointResult(this.#environment, run, step, async (results) => {
      const adapter = { ...(await adapterOf(this.#environment, run, id, results)), step };
      const named = { ...adapter, name: `${adapter.name.slice(0, 100)}-step-${step}` };
      adapterStore.put(named);
      return named;
    });
  }
}

/** The files of a folder, each whole or not at all; what else lies in the other stays. Bytes. */
async function copyFolder(from: string, { path, overwrite }: ExportTarget): Promise<number> {
  const others = await readdir(path).catch(() => []);
  if (others.length > 0 && !overwrite) throw new TataraError('export_exists', { path });
  await writing(path, () => mkdir(path, { recursive: true }));
  let bytes = 0;
  for (const name of await readdir(from)) {
    bytes += await copyExport(join(from, name), { path: join(path, name), overwrite });
  }
  return bytes;
}
