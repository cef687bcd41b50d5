import { mkdir, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createApp } from './app.ts';
import type { RunState } from './contract/run.ts';
import { DatasetJobs } from './datasets/datasetJobs.ts';
import { DatasetViews } from './datasets/datasetViews.ts';
import { sweepDatasets } from './datasets/deleteDataset.ts';
import { executeDatasetJob } from './datasets/executeDatasetJob.ts';
import { iterateRows } from './datasets/rows.ts';
import { createChoiceStore } from './db/choiceStore.ts';
import { createDatasetJobStore } from './db/datasetJobStore.ts';
import { createDatasetStore, createDigestStore } from './db/datasetStore.ts';
import { createAdapterStore, createModelStore } from './db/modelStore.ts';
import { checkDatabase, openDatabase } from './db/openDatabase.ts';
import { createPreferenceStore } from './db/preferenceStore.ts';
import { createRunStore } from './db/runStore.ts';
import { examine } from './doctor/examine.ts';
import { modelFiles } from './engines/modelFiles.ts';
import { createProbe } from './engines/probeEngine.ts';
import { endOrphan } from './engines/processIdentity.ts';
import { createEngine } from './engines/startEngine.ts';
import { tokenFiles } from './engines/tokenFileWriter.ts';
import type { DataLayout } from './files/dataDirectory.ts';
import { newId } from './files/newId.ts';
import { datasetHandlers } from './http/datasetHandlers.ts';
import { lessonHandlers } from './http/lessonHandlers.ts';
import { adapterHandlers, defaultModelHandlers, modelHandlers } from './http/modelHandlers.ts';
import { preferenceHandlers } from './http/preferenceHandlers.ts';
import { runHandlers } from './http/runHandlers.ts';
import { systemHandlers } from './http/systemHandlers.ts';
import { Inference } from './inference/inference.ts';
import { RunJournal } from './jobs/runJournal.ts';
import { RunQueue } from './jobs/runQueue.ts';
import type { Log } from './log/log.ts';
import { AdapterService } from './models/adapterService.ts';
import { AskableModels } from './models/askableModels.ts';
import { DefaultModels } from './models/defaultModels.ts';
import { loadedModels } from './models/loadedModels.ts';
import { ModelService } from './models/modelService.ts';
import { CheckpointService } from './training/checkpointService.ts';
import { executeRun } from './training/executeRun.ts';
import type { RunEnvironment } from './training/runEnvironment.ts';
import { RunService } from './training/runService.ts';

export interface BackendOptions {
  readonly layout: DataLayout;
  readonly version: string;
  readonly token: string;
  readonly log: Log;
  /** The port that is listened on, known once it listens. */
  readonly port: () => number;
  /** Begins to end the process. */
  readonly shutdown: () => void;
  /** Program and arguments of an engine process; absent: our own. */
  readonly engineCommand?: readonly [string, ...string[]] | undefined;
}

export interface RunningBackend {
  readonly app: RequestListener;
  /** Takes up what the last backend left; after this, runs start. */
  recover(): Promise<void>;
  /** Stops runs with a checkpoint, after `limit` ms without one, and closes everything. */
  close(limit: number): Promise<void>;
}

/** Runs in these states still need what they were made of. */
const unfinished: readonly RunState[] = ['queued', 'running', 'paused'];

/** Puts the backend together, without listening. Throws `database_newer`, `database_damaged`. */
export async function createBackend(options: BackendOptions): Promise<RunningBackend> {
  const { layout, version, token, log, port, shutdown } = options;
  await rm(layout.scratch, { recursive: true, force: true, maxRetries: 3 });
  for (const folder of [layout.datasets, layout.models, layout.adapters, layout.runs, layout.scratch]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  await sweepDatasets(layout.datasets);
  const database = openDatabase(layout.database);
  const now = () => new Date().toISOString();
  const datasets = createDatasetStore(database, () => newId('dat'), now);
  const modelStore = createModelStore(database);
  const adapterStore = createAdapterStore(database);
  const store = createRunStore(database);
  const journal = new RunJournal(store, now);
  const inference = new Inference({ log: (level, message, fields) => log.write(level, message, fields) });
  const engine = createEngine({ log, command: options.engineCommand });

  const models: ModelService = new ModelService({
    models: modelStore,
    adapters: adapterStore,
    files: modelFiles,
    directory: layout.models,
    newId,
    now,
    neededBy: (id) => store.inStates(unfinished).find((run) => run.base.id === id || run.modelId === id)?.name ?? null,
  });
  const adapters = new AdapterService({
    adapters: adapterStore,
    models,
    files: modelFiles,
    directory: layout.adapters,
    newId,
    now,
    neededBy: (id) => store.inStates(['queued', 'running']).find((run) => run.adapterId === id)?.name ?? null,
    transaction: (work) => journal.transaction(work),
    onDeleted: ({ run_id, step }) => {
      if (run_id !== undefined && step === undefined) journal.change(run_id, { adapterId: null });
    },
  });
  const defaults = new DefaultModels(createChoiceStore(database), models, adapters);
  const environment: RunEnvironment = {
    store,
    journal,
    datasets,
    models,
    adapters,
    modelStore,
    adapterStore,
    rows: { rows: (dataset) => iterateRows(layout.datasets, dataset) },
    engine,
    encoders: inference.encoders,
    answerers: inference.answerers,
    tokenFiles,
    freeMemory: () => inference.unloadIdle(),
    log,
    directories: layout,
    newId,
    now,
    version,
  };
  const execute = (id: string, control: Parameters<typeof executeRun>[2]) => executeRun(environment, id, control);
  const queue = new RunQueue({ store, journal, execute, endOrphan, now, log });
  const runs = new RunService(environment, queue);
  const jobs = new DatasetJobs({
    store: createDatasetJobStore(database),
    execute: (request, language, signal, report) =>
      executeDatasetJob({ request, language, signal, report, store: datasets, directory: layout.datasets }),
    newId: () => newId('job'),
    now,
    log,
  });
  const usesDataset = (id: string) =>
    store
      .inStates(unfinished)
      .find((run) => [run.dataset, run.heldOutDataset, run.regressionDataset].some((used) => used?.id === id));
  const count = (state: RunState): number => store.summaries({ states: [state], offset: 0, limit: 0 }).total;
  const doctor = {
    version,
    dataDirectory: layout.root,
    probe: createProbe(engine),
    checkDatabase: () => checkDatabase(database, layout.database),
  };
  const askable = new AskableModels(models, adapters, defaults);
  const app = createApp({
    version,
    token,
    port,
    log,
    handlers: {
      ...systemHandlers({
        version,
        dataDirectory: layout.root,
        examine: (language) => examine({ ...doctor, port: port() }, language),
        status: () => ({
          loaded: loadedModels(inference.loaded(), models.all(), adapters.list()),
          default_model: defaults.read(),
          runs: { running: count('running'), queued: count('queued') },
        }),
        shutdown,
      }),
      ...datasetHandlers({
        store: datasets,
        digests: createDigestStore(database),
        directory: layout.datasets,
        jobs,
        views: new DatasetViews({ directory: layout.datasets, encoders: inference.encoders }),
        reader: async (base) => {
          const { path, hash, facts } = await models.verify(models.resolve(base));
          return { file: { path, hash }, context: facts.context_length || null };
        },
        rowTokens: (file, row) => inference.rowTokens(file, row),
        usedBy: (id) => usesDataset(id)?.name ?? null,
      }),
      ...modelHandlers(models),
      ...adapterHandlers(adapters),
      ...defaultModelHandlers(defaults),
      ...runHandlers(runs, new CheckpointService(environment, queue, runs)),
      ...lessonHandlers({
        store,
        dataset: (id) => datasets.get(id),
        rows: (dataset) => iterateRows(layout.datasets, dataset),
        answerers: inference.answerers,
        modelFile: (id) => askable.find(id),
      }),
      ...preferenceHandlers({ store: createPreferenceStore(database), newId: () => newId('prf'), now }),
    },
    chat: { models: askable, inference },
  });

  return {
    app,
    recover() {
      jobs.recover();
      return queue.recover();
    },
    async close(limit) {
      await Promise.all([queue.close(limit), jobs.close()]);
      journal.close();
      await inference[Symbol.asyncDispose]();
      database.close();
    },
  };
}
