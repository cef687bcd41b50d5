import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { Evaluation } from '../contract/run.ts';
import { shortVerdict } from '../contract/verdict.ts';
import { evaluateRun } from '../evaluation/evaluateRun.ts';
import { questionsOf, spread } from '../evaluation/questions.ts';
import type { RunControl } from '../jobs/runQueue.ts';
import type { ModelRecord } from '../models/ports.ts';
import { engineRequest, resultMetadata } from './engineRequest.ts';
import { type EngineResult, followEngine } from './followEngine.ts';
import { keepResult } from './keepResult.ts';
import type { ModelFile } from './ports.ts';
import { heldOutRows } from './prepareRows.ts';
import { progressEvents } from './progressEvents.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import { RunSamples } from './runSamples.ts';
import type { NamedVersion, RunRecord } from './runStore.ts';
import { makeTrainingFiles, sameTrainingFiles, type TrainingFiles } from './trainingFiles.ts';

/**
 * Takes a run from where it is to its end: rows, training, result, answers. Every part that was done before, in this
 * process or in one that died, is not done again. Returns `stopped` where it was told to stop before the end.
 */
export async function executeRun(
  environment: RunEnvironment,
  id: string,
  control: RunControl,
): Promise<'done' | 'stopped'> {
  const { store, models } = environment;
  const stopped = AbortSignal.any([control.stop, control.kill]);
  const read = (): RunRecord => {
    const run = store.get(id);
    if (!run) throw new Error(`run ${id} is gone`);
    return run;
  };
  try {
    const run = read();
    const base = await models.verify(models.get(run.base.id), stopped);
    const data = datasetsOf(environment, run);
    if (run.adapterId === null && run.modelId === null) {
      const files = await trainingFiles(environment, run, base, data, stopped);
      const result = await train(environment, read(), base, files, data, control);
      if (result === 'stopped') return 'stopped';
      await keepResult(environment, read(), result);
    }
    // The training may have taken hours, and answers need the file again.
    const still = await models.verify(base, stopped);
    await evaluate(environment, read(), still, data, stopped);
    return 'done';
  } catch (error) {
    if (stopped.aborted && error === stopped.reason) return 'stopped';
    throw error;
  }
}

interface RunData {
  readonly dataset: Dataset;
  readonly heldOutDataset: Dataset | null;
  readonly regressionDataset: Dataset | null;
}

/** The data sets by which the run was begun. Throws `run_data_changed` where one of them is gone. */
export function datasetsOf({ datasets }: Pick<RunEnvironment, 'datasets'>, run: RunRecord): RunData {
  const same = (named: NamedVersion): Dataset => {
    const dataset = datasets.get(named.id);
    if (dataset?.hash === named.hash) return dataset;
    throw new TataraError('run_data_changed', {
      name: run.name,
      reason: `the data set ${named.name}@${named.version} is gone`,
      reason_ja: `データセット ${named.name}@${named.version} がなくなっています`,
    });
  };
  return {
    dataset: same(run.dataset),
    heldOutDataset: run.heldOutDataset && same(run.heldOutDataset),
    regressionDataset: run.regressionDataset && same(run.regressionDataset),
  };
}

async function trainingFiles(
  environment: RunEnvironment,
  run: RunRecord,
  base: ModelRecord,
  { dataset, heldOutDataset }: RunData,
  signal: AbortSignal,
): Promise<TrainingFiles> {
  const { journal, directories } = environment;
  const directory = join(directories.runs, run.id, 'data');
  const onProgress = progressEvents(journal, run.id, 'tokenising');
  const options = { recipe: run.recipe, base, dataset, heldOutDataset, directory, signal, onProgress };
  if (run.plan) return sameTrainingFiles(environment, options, run.plan, run.name);
  const files = await makeTrainingFiles(environment, options);
  journal.change(run.id, { plan: files.plan, steps: files.plan.schedule.steps });
  return files;
}

async function train(
  environment: RunEnvironment,
  run: RunRecord,
  base: ModelRecord,
  files: TrainingFiles,
  data: RunData,
  control: RunControl,
): Promise<EngineResult | 'stopped'> {
  const { store, engine, journal, directories, freeMemory } = environment;
  const runDirectory = join(directories.runs, run.id);
  await mkdir(runDirectory, { recursive: true });
  await freeMemory();
  if (control.stop.aborted || control.kill.aborted) return 'stopped';
  const samples = samplesFor(environment, run, base, data, AbortSignal.any([control.stop, control.kill]));
  const request = {
    type: 'train' as const,
    ...engineRequest(run.recipe, base, files, runDirectory),
    resume: true,
    knownStep: lastStepOf(store, run.id),
    ...(run.continuedFrom === null ? {} : { adopt: true }),
    ...(samples ? { samples: true } : {}),
    metadata: resultMetadata(environment, run),
  };
  const process = engine.start(request, (identity) => journal.change(run.id, { engine: identity, interruptions: 0 }));
  const result = await followEngine(process, run.id, journal, control, samples);
  journal.change(run.id, { engine: null });
  return result;
}

/** Undefined where nothing is to be asked on the way. */
function samplesFor(
  environment: RunEnvironment,
  run: RunRecord,
  base: ModelRecord,
  data: RunData,
  signal: AbortSignal,
): RunSamples | undefined {
  const { recipe } = run;
  const { answers, samples, max_answers: most } = recipe.evaluation;
  // A recipe that is older than this setting does not have it.
  if (!answers || !(samples > 0)) return undefined;
  const questions = async () => {
    const rows = await heldOutRows({ recipe, ...data, source: environment.rows, signal }, most);
    return spread(questionsOf(rows, most), samples);
  };
  return new RunSamples({ environment, runId: run.id, base, questions, signal });
}

/** The last step that has an event, 0 where none has. */
function lastStepOf(store: RunEnvironment['store'], id: string): number {
  const last = store.eventsOfTypes(id, ['step']).at(-1);
  return last?.type === 'step' ? last.step : 0;
}

async function evaluate(
  environment: RunEnvironment,
  run: RunRecord,
  base: ModelRecord,
  data: RunData,
  signal: AbortSignal,
): Promise<void> {
  const { store, journal, answerers, rows, adapterStore, modelStore } = environment;
  const { recipe } = run;
  const options = { recipe, ...data, source: rows, signal };
  let evaluation: Evaluation = {};
  if (recipe.evaluation.answers) {
    const maxAnswers = recipe.evaluation.max_answers;
    const onProgress = progressEvents(journal, run.id, 'answering');
    const regression = data.regressionDataset && {
      ...options,
      dataset: data.dataset,
      heldOutDataset: data.regressionDataset,
    };
    evaluation = await evaluateRun({
      answerers,
      base: { path: base.path, hash: base.hash },
      tuned: tunedFile(environment, run, base),
      heldOut: await heldOutRows(options, maxAnswers),
      regression: regression ? await heldOutRows(regression, maxAnswers) : undefined,
      maxAnswers,
      signal,
      onProgress: ({ answered, total }) => onProgress(answered / total),
    });
  }
  const losses = store
    .eventsOfTypes(run.id, ['held_out'])
    .flatMap((event) => (event.type === 'held_out' ? [event] : []));
  const before = losses.findLast(({ step }) => step === 0)?.loss;
  const after = losses.findLast(({ step }) => step === run.steps)?.loss;
  if (evaluation.held_out) {
    evaluation = {
      ...evaluation,
      held_out: {
        ...evaluation.held_out,
        ...(before === undefined ? {} : { base_loss: before }),
        ...(after === undefined ? {} : { tuned_loss: after }),
      },
    };
  }
  if (Object.keys(evaluation).length === 0) return;
  const verdict = shortVerdict(evaluation);
  journal.transaction(() => {
    if (run.adapterId !== null) adapterStore.judge(run.adapterId, verdict.kind);
    if (run.modelId !== null) modelStore.judge(run.modelId, verdict.kind);
    journal.change(run.id, { evaluation, verdict }, { type: 'evaluation', evaluation });
  });
}

/** The base with the run's adapter on it, or the model that the run wrote. */
function tunedFile({ adapters, models }: RunEnvironment, run: RunRecord, base: ModelRecord): ModelFile {
  if (run.adapterId !== null)
    return { path: base.path, hash: base.hash, adapterPath: adapters.get(run.adapterId).path };
  const { path, hash } = models.get(run.modelId ?? '');
  return { path, hash };
}
