import { existsSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import type { Language } from '../contract/common.ts';
import { errorBody } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { RecipeRecommend, RecipeRecommendation } from '../contract/recipeEdit.ts';
import type {
  Preflight,
  Run,
  RunCreate,
  RunEvent,
  RunList,
  RunMetrics,
  RunMetricsQuery,
  RunState,
  Samples,
} from '../contract/run.ts';
import type { RunSummaryList, RunSummaryQuery } from '../contract/runSummary.ts';
import { endedStates } from '../jobs/runJournal.ts';
import type { RunQueue } from '../jobs/runQueue.ts';
import { formatRecipe } from '../recipes/formatRecipe.ts';
import { parseRecipe, parseRecipeYaml } from '../recipes/parseRecipe.ts';
import { recommendSettings } from '../recipes/recommendSettings.ts';
import { datasetsOf } from './executeRun.ts';
import { Preflights } from './preflightRun.ts';
import { type ResolvedRecipe, resolveRecipe } from './resolveRecipe.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import { metricsPage, runMetrics } from './runMetrics.ts';
import { samplesOf } from './runSamples.ts';
import type { NamedHash, NamedVersion, RunRecord, StoredRunEvent } from './runStore.ts';

type Pinned = Pick<RunRecord, 'base' | 'dataset' | 'heldOutDataset' | 'regressionDataset'>;

/** What can be asked of runs. */
export class RunService {
  readonly #environment: RunEnvironment;
  readonly #queue: RunQueue;
  readonly #preflights: Preflights;
  /** Of the run that was looked at last. */
  #metrics: { readonly id: string; readonly whole: z.infer<typeof RunMetrics> } | null = null;

  constructor(environment: RunEnvironment, queue: RunQueue) {
    this.#environment = environment;
    this.#preflights = new Preflights(environment);
    this.#queue = queue;
  }

  create(asked: RunCreate, language: Language): Run {
    const { store, journal, newId } = this.#environment;
    const { recipe, ...pinned } = this.#resolve(asked, language);
    const id = newId('run');
    journal.transaction(() => {
      const name = recipe.name ?? this.freeName(`${pinned.dataset.name}-${pinned.base.name}`);
      store.add(this.begun(id, name, recipe, pinned));
      this.#queue.enqueue(id);
    });
    this.#queue.schedule();
    return this.read(id, language);
  }

  /** The record of a run before its first step. */
  begun(id: string, name: string, recipe: Recipe, pinned: Pinned): RunRecord {
    const hash = ({ id, name, hash }: NamedHash): NamedHash => ({ id, name, hash });
    const version = (dataset: NamedVersion): NamedVersion => ({ ...hash(dataset), version: dataset.version });
    return {
      id,
      name,
      state: 'queued',
      recipe,
      base: hash(pinned.base),
      dataset: version(pinned.dataset),
      heldOutDataset: pinned.heldOutDataset && version(pinned.heldOutDataset),
      regressionDataset: pinned.regressionDataset && version(pinned.regressionDataset),
      createdAt: this.#environment.now(),
      startedAt: null,
      endedAt: null,
      queueOrder: 0,
      queuePlace: null,
      step: 0,
      steps: recipe.training.steps ?? 0,
      secondsLeft: null,
      trainLoss: null,
      heldOutLoss: null,
      checkpointStep: null,
      engineVersion: null,
      device: null,
      error: null,
      adapterId: null,
      modelId: null,
      evaluation: null,
      verdict: null,
      plan: null,
      engine: null,
      wanted: null,
      interruptions: 0,
      continuedFrom: null,
    };
  }

  /**
   * Where the device is in use, what was measured earlier of the like; without that it throws `engine_busy`. Throws all
   * that a run would fail with before its first step.
   */
  async preflight(asked: RunCreate, language: Language, signal: AbortSignal): Promise<Preflight> {
    const resolved = this.#resolve(asked, language);
    try {
      return await this.#queue.measure(resolved.recipe.device, () => this.#preflights.measure(resolved, signal));
    } catch (error) {
      const isBusy = error instanceof TataraError && error.code === 'engine_busy';
      const earlier = isBusy ? await this.#preflights.earlier(resolved, signal) : null;
      if (earlier) return earlier;
      throw error;
    }
  }

  /** Throws as `create` does where the recipe names what is not there. */
  recommend({ method, effort, ...named }: RecipeRecommend, language: Language): RecipeRecommendation {
    const { base, dataset } = this.#resolve({ recipe: { ...named, method } }, language);
    const { parameters, file_type: fileType } = base.facts;
    return { settings: recommendSettings({ method, effort, parameters, fileType, rows: dataset.rows }, language) };
  }

  list(
    query: { readonly state?: RunState | undefined; readonly offset: number; readonly limit: number },
    language: Language,
  ): z.infer<typeof RunList> {
    const { runs, total } = this.#environment.store.list(query);
    return { runs: runs.map((run) => runView(run, language)), total };
  }

  read(id: string, language: Language): Run {
    return runView(this.get(id), language);
  }

  /** What makes the same run again. */
  recipeYaml(id: string): string {
    return formatRecipe(this.get(id).recipe);
  }

  metrics(
    id: string,
    { last_event: asked, ...page }: z.infer<typeof RunMetricsQuery> = {},
  ): z.infer<typeof RunMetrics> {
    this.get(id);
    const { store } = this.#environment;
    const last = Math.min(asked ?? Number.POSITIVE_INFINITY, store.lastEvent(id));
    // The pages of a long run are asked for one after the other, and each needs all of it.
    if (this.#metrics?.id !== id || this.#metrics.whole.last_event !== last) {
      const events = store.eventsOfTypes(id, ['ready', 'step', 'held_out', 'checkpoint']);
      const until = events.filter((event) => event.id <= last);
      this.#metrics = { id, whole: runMetrics(until, last) };
    }
    return metricsPage(this.#metrics.whole, page);
  }

  summaries(
    { state: states = [], ...page }: z.output<typeof RunSummaryQuery>,
    language: Language,
  ): z.infer<typeof RunSummaryList> {
    const { runs, total } = this.#environment.store.summaries({ states, ...page });
    return { runs: runs.map(({ error, ...run }) => ({ ...run, error: error && errorBody(error, language) })), total };
  }

  /** What was answered on the way, by step. */
  samples(id: string): Samples[] {
    this.get(id);
    return samplesOf(this.#environment.store.eventsOfTypes(id, ['ready', 'samples']));
  }

  /** Events above number `after`, until the run has ended; null where it has, and there are none. */
  events(id: string, after: number, language: Language, signal: AbortSignal): AsyncIterable<RunEvent> | null {
    const { store, journal } = this.#environment;
    if (endedStates.has(this.get(id).state) && store.lastEvent(id) <= after) return null;
    return localised(journal.follow(id, after, signal), language);
  }

  async pause(id: string, language: Language): Promise<Run> {
    return this.#stop(id, 'pause', language);
  }

  async cancel(id: string, language: Language): Promise<Run> {
    return this.#stop(id, 'cancel', language);
  }

  /** Throws `run_not_resumable`; `run_data_changed`, `model_file_changed` where it could not go on with the same data. */
  async resume(id: string, language: Language): Promise<Run> {
    const { models } = this.#environment;
    const run = this.get(id);
    datasetsOf(this.#environment, run);
    await models.verify(models.get(run.base.id));
    // Looked at again, since something else may have resumed or deleted it in the meantime.
    const { name, state } = this.get(id);
    if (!['paused', 'failed', 'cancelled'].includes(state)) throw new TataraError('run_not_resumable', { name, state });
    this.#queue.enqueue(id);
    this.#queue.schedule();
    return this.read(id, language);
  }

  /** The run with its events and checkpoints; what it made stays. */
  async delete(id: string): Promise<void> {
    const { store, directories } = this.#environment;
    const { name, state } = this.get(id);
    if (!endedStates.has(state)) throw new TataraError('run_not_ended', { name, state });
    // Aside first, in the place that every start empties: a run that is gone leaves nothing behind, whatever happens.
    const aside = join(directories.scratch, id);
    const folder = join(directories.runs, id);
    if (existsSync(folder)) renameSync(folder, aside);
    store.delete(id);
    await rm(aside, { recursive: true, force: true, maxRetries: 3 });
  }

  async #stop(id: string, wanted: 'pause' | 'cancel', language: Language): Promise<Run> {
    const { name, state } = this.get(id);
    const canCancel = wanted === 'cancel' && state === 'paused';
    if (endedStates.has(state) && !canCancel) throw new TataraError('run_not_running', { name, state });
    await this.#queue.stop(id, wanted);
    return this.read(id, language);
  }

  #resolve(asked: RunCreate, language: Language): ResolvedRecipe {
    const recipe =
      'recipe_yaml' in asked
        ? parseRecipeYaml(asked.recipe_yaml, { filename: asked.filename, language })
        : parseRecipe(asked.recipe, { language });
    return resolveRecipe(this.#environment, recipe);
  }

  /** Throws `run_not_found`. */
  get(id: string): RunRecord {
    const run = this.#environment.store.get(id);
    if (!run) throw new TataraError('run_not_found', { id });
    return run;
  }

  /** Adapters are asked for by the name of their run, so a name that was not chosen is made unlike all others. */
  freeName(wanted: string): string {
    const { store, adapters } = this.#environment;
    const taken = new Set([...store.names(), ...adapters.list().map(({ name }) => name)]);
    const short = wanted.slice(0, 110).trim();
    let name = short;
    for (let number = 2; taken.has(name); number++) name = `${short}-${number}`;
    return name;
  }
}

/** A run as it is told, with the words of its error in one language. */
function runView(run: RunRecord, language: Language): Run {
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    recipe: run.recipe,
    base: run.base,
    dataset: run.dataset,
    created_at: run.createdAt,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    queue_place: run.queuePlace,
    step: run.step,
    steps: run.steps,
    seconds_left: run.secondsLeft,
    train_loss: run.trainLoss,
    held_out_loss: run.heldOutLoss,
    checkpoint_step: run.checkpointStep,
    engine_version: run.engineVersion,
    device: run.device,
    error: run.error && errorBody(run.error, language),
    adapter_id: run.adapterId,
    model_id: run.modelId,
    evaluation: run.evaluation,
    continued_from: run.continuedFrom,
  };
}

async function* localised(events: AsyncIterable<StoredRunEvent>, language: Language): AsyncGenerator<RunEvent> {
  for await (const event of events) yield eventView(event, language);
}

function eventView(event: StoredRunEvent, language: Language): RunEvent {
  return event.type === 'state' ? { ...event, error: event.error && errorBody(event.error, language) } : event;
}
