import { mkdir, rm, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../native/contract/messages.ts';
import type { Preflight } from '../contract/run.ts';
import { answerLimit, askQuestions, questionsOf } from '../evaluation/questions.ts';
import { engineRequest } from './engineRequest.ts';
import { estimate, type Measures } from './estimateRun.ts';
import { heldOutRows } from './prepareRows.ts';
import type { ResolvedRecipe } from './resolveRecipe.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import { makeTrainingFiles, type TrainingFiles } from './trainingFiles.ts';

/** So many questions tell how long an answer takes: as many as are answered at once. */
const trialQuestions = 8;
/** A model that has not answered by then is slow, and that is told by the answers so far; ms. */
const trialTime = 15_000;
/** Measurements that are remembered. */
const most = 100;

/** What runs need, measured; and what was measured before, for when nothing can be measured. */
export class Preflights {
  readonly #environment: RunEnvironment;
  readonly #known = new Map<string, Measures>();

  constructor(environment: RunEnvironment) {
    this.#environment = environment;
  }

  /** Prepares the rows as a run would, lets the engine make three steps and the base answer, and keeps no file. */
  async measure(resolved: ResolvedRecipe, signal: AbortSignal): Promise<Preflight> {
    return this.#withFiles(resolved, signal, async (files, directory, base) => {
      const measures = await this.#measure(resolved, files, directory, base, signal);
      const key = costKey(resolved);
      this.#known.delete(key);
      this.#known.set(key, measures);
      for (const old of this.#known.keys()) if (this.#known.size > most) this.#known.delete(old);
      return { ...estimate(measures, resolved, files.plan), disk_free: await this.#diskFree(), earlier: false };
    });
  }

  /** Null where nothing like it was measured. */
  async earlier(resolved: ResolvedRecipe, signal: AbortSignal): Promise<Preflight | null> {
    const measures = this.#known.get(costKey(resolved));
    if (!measures) return null;
    return this.#withFiles(resolved, signal, async ({ plan }) => {
      return { ...estimate(measures, resolved, plan), disk_free: await this.#diskFree(), earlier: true };
    });
  }

  async #withFiles<T>(
    { recipe, base, dataset, heldOutDataset }: ResolvedRecipe,
    signal: AbortSignal,
    use: (files: TrainingFiles, directory: string, base: ResolvedRecipe['base']) => Promise<T>,
  ): Promise<T> {
    const { models, directories, newId } = this.#environment;
    const directory = join(directories.scratch, newId('preflight'));
    await mkdir(directory, { recursive: true });
    try {
      const verified = await models.verify(base, signal);
      const rows = { recipe, base: verified, dataset, heldOutDataset, directory, signal, onProgress: () => {} };
      return await use(await makeTrainingFiles(this.#environment, rows), directory, verified);
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async #measure(
    resolved: ResolvedRecipe,
    files: TrainingFiles,
    directory: string,
    base: ResolvedRecipe['base'],
    signal: AbortSignal,
  ): Promise<Measures> {
    const { engine, freeMemory, now } = this.#environment;
    await freeMemory();
    signal.throwIfAborted();
    const process = engine.start({ type: 'preflight', ...engineRequest(resolved.recipe, base, files, directory) });
    const kill = () => process.kill();
    signal.addEventListener('abort', kill);
    try {
      let ready: Extract<EngineEvent, { type: 'ready' }> | null = null;
      let measured: Extract<EngineEvent, { type: 'preflight' }> | null = null;
      for await (const event of process.events) {
        if (event.type === 'ready') ready = event;
        if (event.type === 'preflight') measured = event;
      }
      if (!ready || !measured) throw new Error('A preflight ended without a result.');
      const machineMemory = ready.device.kind === 'gpu' ? ready.device.memoryTotal : totalmem();
      const answering = await this.#measureAnswers(resolved, base, signal);
      return { ...measured, ...answering, machineMemory, device: ready.device.name, at: now() };
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  /** How long the base takes to be loaded for answers, and for each of them when many are asked for at once. */
  async #measureAnswers(
    resolved: ResolvedRecipe,
    { path, hash }: ResolvedRecipe['base'],
    signal: AbortSignal,
  ): Promise<Pick<Measures, 'answerLoadSeconds' | 'secondsPerAnswer'>> {
    const { answerers, rows: source } = this.#environment;
    const { recipe } = resolved;
    if (!recipe.evaluation.answers) return { answerLoadSeconds: 0, secondsPerAnswer: 0 };
    const rows = await heldOutRows({ ...resolved, source, signal }, trialQuestions);
    const questions = questionsOf(rows, trialQuestions);
    if (questions.length === 0) return { answerLoadSeconds: 0, secondsPerAnswer: 0 };
    const started = performance.now();
    await using answerer = await answerers.open({ path, hash }, true);
    const loaded = performance.now();
    let answered = 0;
    const asking = {
      maxTokens: answerLimit(questions),
      signal: AbortSignal.any([signal, AbortSignal.timeout(trialTime)]),
      onAnswer: () => {
        answered++;
      },
    };
    await askQuestions(answerer, questions, asking).catch((error: unknown) => {
      if (!asking.signal.aborted || signal.aborted) throw error;
    });
    const seconds = (performance.now() - loaded) / 1000;
    return { answerLoadSeconds: (loaded - started) / 1000, secondsPerAnswer: seconds / Math.max(1, answered) };
  }

  async #diskFree(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#environment.directories.runs);
    return bavail * bsize;
  }
}

/** Of all that decides what a step costs: recipes that differ in nothing else need the same. */
function costKey({ recipe, base, dataset, heldOutDataset }: ResolvedRecipe): string {
  const { method, lora, training, evaluation, device, threads } = recipe;
  return JSON.stringify([
    [base.hash, dataset.hash, heldOutDataset?.hash, device, threads],
    [method, lora.rank, lora.targets, lora.dropout > 0],
    [training.batch_size, training.gradient_accumulation, training.context_length, training.long_rows],
    [training.gradient_checkpointing, training.keep_checkpoints],
    [evaluation.held_out, evaluation.answers],
  ]);
}
