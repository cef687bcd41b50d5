/**
 * Every route of the backend, once. The router validates by it, the OpenAPI document and the typed client are made from
 * it, and a test compares it with what the app serves.
 */
import * as z from 'zod';
import { ChatCompletion, ChatCompletionRequest, OpenAiModelList } from './chat.ts';
import { Deleted, Page } from './common.ts';
import {
  Dataset,
  DatasetDigest,
  DatasetImport,
  DatasetImported,
  DatasetProblems,
  DatasetRows,
  DatasetRowsQuery,
  DatasetUpload,
} from './dataset.ts';
import { DatasetExport, DatasetExported, DatasetJob, DatasetJobQuery, DatasetSplit } from './datasetJob.ts';
import {
  DatasetEdit,
  DatasetEdited,
  DatasetStatistics,
  DatasetStatisticsQuery,
  DatasetView,
  DatasetViewQuery,
  RowTokens,
  RowTokensQuery,
} from './datasetView.ts';
import { Lesson, LessonSummary, LessonVerification } from './lesson.ts';
import { Adapter, AdapterImport, DefaultModelAnswer, DefaultModelChoice, Model, ModelImport } from './model.ts';
import { Preference, PreferenceCreate, PreferencesExported } from './preference.ts';
import { RecipeEdit, RecipeEdited, RecipeRecommend, RecipeRecommendation } from './recipeEdit.ts';
import {
  Checkpoint,
  CheckpointStep,
  Preflight,
  Run,
  RunContinue,
  RunCreate,
  RunExport,
  RunExported,
  RunList,
  RunListQuery,
  RunMetrics,
  RunMetricsQuery,
  Samples,
} from './run.ts';
import { RunSummaryList, RunSummaryQuery } from './runSummary.ts';
import { Doctor, Health, Status } from './system.ts';

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** OpenAPI's form: `/v1/runs/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  /** JSON body. */
  readonly body?: z.ZodType;
  /** The body is the file itself, any content type. */
  readonly upload?: true;
  /** JSON answer. */
  readonly response: z.ZodType;
  readonly status?: 200 | 201;
  /** `events`: always text/event-stream of `response`; `optional`: where the body says `stream: true`. */
  readonly stream?: 'events' | 'optional';
}

export const routes = {
  health: {
    method: 'get',
    path: '/v1/health',
    summary: 'Whether the backend is up, and which one it is',
    response: Health,
  },
  status: {
    method: 'get',
    path: '/v1/status',
    summary: 'How the backend is: memory, models that are loaded, the default model, runs',
    response: Status,
  },
  doctor: {
    method: 'get',
    path: '/v1/doctor',
    summary: 'What was found on this machine, and what is wrong',
    response: Doctor,
  },
  shutdown: {
    method: 'post',
    path: '/v1/shutdown',
    summary: 'Stop runs with a checkpoint and end',
    response: z.object({ stopping: z.literal(true) }),
  },

  importDataset: {
    method: 'post',
    path: '/v1/datasets',
    summary: 'Import a data set from a file on this machine',
    body: DatasetImport,
    response: DatasetImported,
    status: 201,
  },
  uploadDataset: {
    method: 'post',
    path: '/v1/datasets/upload',
    summary: 'Import a data set from the body',
    query: DatasetUpload,
    upload: true,
    response: DatasetImported,
    status: 201,
  },
  startImport: {
    method: 'post',
    path: '/v1/datasets/imports',
    summary: 'Begin to import a data set from a file on this machine, as a job',
    body: DatasetImport,
    response: DatasetJob,
    status: 201,
  },
  splitDataset: {
    method: 'post',
    path: '/v1/datasets/{id}/split',
    summary: 'Begin to make two data sets, to train on and held out, as a job',
    body: DatasetSplit,
    response: DatasetJob,
    status: 201,
  },
  listDatasetJobs: {
    method: 'get',
    path: '/v1/dataset-jobs',
    summary: 'Imports and splits, newest first',
    response: z.object({ jobs: z.array(DatasetJob) }),
  },
  readDatasetJob: {
    method: 'get',
    path: '/v1/dataset-jobs/{id}',
    summary: 'How an import or a split stands',
    query: DatasetJobQuery,
    response: DatasetJob,
  },
  cancelDatasetJob: {
    method: 'post',
    path: '/v1/dataset-jobs/{id}/cancel',
    summary: 'Give an import or a split up; nothing of it is kept',
    response: DatasetJob,
  },
  listDatasets: {
    method: 'get',
    path: '/v1/datasets',
    summary: 'All data sets, newest first',
    response: z.object({ datasets: z.array(Dataset) }),
  },
  readDataset: { method: 'get', path: '/v1/datasets/{id}', summary: 'One data set', response: Dataset },
  datasetRows: {
    method: 'get',
    path: '/v1/datasets/{id}/rows',
    summary: 'Rows by page',
    query: DatasetRowsQuery,
    response: DatasetRows,
  },
  datasetProblems: {
    method: 'get',
    path: '/v1/datasets/{id}/problems',
    summary: 'What was wrong with the file that it was imported from, place by place',
    query: Page,
    response: DatasetProblems,
  },
  exportDataset: {
    method: 'post',
    path: '/v1/datasets/{id}/export',
    summary: 'Write all rows to a file as JSON Lines',
    body: DatasetExport,
    response: DatasetExported,
  },
  viewDataset: {
    method: 'get',
    path: '/v1/datasets/{id}/view',
    summary: 'Rows searched, filtered and sorted, with what is noticed about each',
    query: DatasetViewQuery,
    response: DatasetView,
  },
  datasetStatistics: {
    method: 'get',
    path: '/v1/datasets/{id}/statistics',
    summary: 'Counts, lengths, duplicates and languages of the rows',
    query: DatasetStatisticsQuery,
    response: DatasetStatistics,
  },
  datasetDigest: {
    method: 'get',
    path: '/v1/datasets/{id}/digest',
    summary: 'Problems and languages of the rows in short; read once, then kept',
    response: DatasetDigest,
  },
  rowTokens: {
    method: 'get',
    path: '/v1/datasets/{id}/tokens',
    summary: 'One row as the model is trained on it, token by token',
    query: RowTokensQuery,
    response: RowTokens,
  },
  editDataset: {
    method: 'post',
    path: '/v1/datasets/{id}/edit',
    summary: 'Make the next version by replacing rows or taking them out',
    body: DatasetEdit,
    response: DatasetEdited,
    status: 201,
  },
  deleteDataset: {
    method: 'delete',
    path: '/v1/datasets/{id}',
    summary: 'Delete a data set that no unfinished run uses',
    response: Deleted,
  },

  importModel: {
    method: 'post',
    path: '/v1/models',
    summary: 'Import a base model from this machine',
    body: ModelImport,
    response: Model,
    status: 201,
  },
  listModels: {
    method: 'get',
    path: '/v1/models',
    summary: 'Every base and adapter that can be asked, as OpenAI lists them',
    response: OpenAiModelList,
  },
  listBases: {
    method: 'get',
    path: '/v1/bases',
    summary: 'All base models with their facts',
    response: z.object({ models: z.array(Model) }),
  },
  readModel: { method: 'get', path: '/v1/bases/{id}', summary: 'One base model', response: Model },
  deleteModel: {
    method: 'delete',
    path: '/v1/bases/{id}',
    summary: 'Forget a base model; its file stays',
    response: Deleted,
  },

  readDefaultModel: {
    method: 'get',
    path: '/v1/default-model',
    summary: 'What chat and the API ask where no model is named',
    response: DefaultModelAnswer,
  },
  chooseDefaultModel: {
    method: 'post',
    path: '/v1/default-model',
    summary: 'Make a base or an adapter the default; one that was shown to be worse is refused',
    body: DefaultModelChoice,
    response: DefaultModelAnswer,
  },
  clearDefaultModel: {
    method: 'delete',
    path: '/v1/default-model',
    summary: 'Have no default model',
    response: DefaultModelAnswer,
  },

  listAdapters: {
    method: 'get',
    path: '/v1/adapters',
    summary: 'All adapters, newest first',
    response: z.object({ adapters: z.array(Adapter) }),
  },
  importAdapter: {
    method: 'post',
    path: '/v1/adapters',
    summary: 'Import an adapter in GGUF for a base',
    body: AdapterImport,
    response: Adapter,
    status: 201,
  },
  readAdapter: { method: 'get', path: '/v1/adapters/{id}', summary: 'One adapter', response: Adapter },
  deleteAdapter: { method: 'delete', path: '/v1/adapters/{id}', summary: 'Delete an adapter', response: Deleted },

  editRecipe: {
    method: 'post',
    path: '/v1/recipes/edit',
    summary: 'Change settings in a recipe as it was written, and check it',
    body: RecipeEdit,
    response: RecipeEdited,
  },
  recommendRecipe: {
    method: 'post',
    path: '/v1/recipes/recommend',
    summary: 'Recommended settings for a base and a data set, with where they come from',
    body: RecipeRecommend,
    response: RecipeRecommendation,
  },

  createRun: {
    method: 'post',
    path: '/v1/runs',
    summary: 'Queue a run from a recipe',
    body: RunCreate,
    response: Run,
    status: 201,
  },
  preflightRun: {
    method: 'post',
    path: '/v1/runs/preflight',
    summary: 'Three real steps: what a recipe needs of memory, time and disk',
    body: RunCreate,
    response: Preflight,
  },
  listRuns: {
    method: 'get',
    path: '/v1/runs',
    summary: 'All runs, newest first',
    query: RunListQuery,
    response: RunList,
  },
  runSummaries: {
    method: 'get',
    path: '/v1/run-summaries',
    summary: 'All runs, newest first, with what a list shows of each',
    query: RunSummaryQuery,
    response: RunSummaryList,
  },
  readRun: { method: 'get', path: '/v1/runs/{id}', summary: 'One run', response: Run },
  runRecipe: {
    method: 'get',
    path: '/v1/runs/{id}/recipe',
    summary: 'The recipe of a run as YAML, with only what differs from the defaults',
    response: z.object({ recipe_yaml: z.string() }),
  },
  runMetrics: {
    method: 'get',
    path: '/v1/runs/{id}/metrics',
    summary: 'The metrics of a run, whole or by pages',
    query: RunMetricsQuery,
    response: RunMetrics,
  },
  runSamples: {
    method: 'get',
    path: '/v1/runs/{id}/samples',
    summary: 'What the model answered on the way, by step',
    response: z.object({ samples: z.array(Samples) }),
  },
  listCheckpoints: {
    method: 'get',
    path: '/v1/runs/{id}/checkpoints',
    summary: 'The checkpoints that are kept, by step',
    response: z.object({ checkpoints: z.array(Checkpoint) }),
  },
  useCheckpoint: {
    method: 'post',
    path: '/v1/runs/{id}/checkpoints/use',
    summary: 'Make the adapter of a checkpoint one that can be asked',
    body: CheckpointStep,
    response: Adapter,
    status: 201,
  },
  continueRun: {
    method: 'post',
    path: '/v1/runs/{id}/continue',
    summary: 'Queue a new run that goes on from a checkpoint of this one',
    body: RunContinue,
    response: Run,
    status: 201,
  },
  exportRun: {
    method: 'post',
    path: '/v1/runs/{id}/export',
    summary: 'Write the result of a run, or of one of its checkpoints, to a file or folder',
    body: RunExport,
    response: RunExported,
  },
  runEvents: {
    method: 'get',
    path: '/v1/runs/{id}/events',
    summary: 'The run as it happens; Last-Event-ID resumes',
    response: z.unknown(),
    stream: 'events',
  },
  pauseRun: {
    method: 'post',
    path: '/v1/runs/{id}/pause',
    summary: 'Stop with a checkpoint, to be resumed',
    response: Run,
  },
  cancelRun: {
    method: 'post',
    path: '/v1/runs/{id}/cancel',
    summary: 'Stop for good, keeping the last checkpoint',
    response: Run,
  },
  resumeRun: { method: 'post', path: '/v1/runs/{id}/resume', summary: 'Go on from the last checkpoint', response: Run },
  deleteRun: {
    method: 'delete',
    path: '/v1/runs/{id}',
    summary: 'Delete a run that has ended, with its checkpoints; its adapter stays',
    response: Deleted,
  },

  createPreference: {
    method: 'post',
    path: '/v1/preferences',
    summary: 'Keep which of two answers is the better one',
    body: PreferenceCreate,
    response: Preference,
    status: 201,
  },
  listPreferences: {
    method: 'get',
    path: '/v1/preferences',
    summary: 'What was judged, newest first',
    query: Page,
    response: z.object({ preferences: z.array(Preference), total: z.int() }),
  },
  exportPreferences: {
    method: 'post',
    path: '/v1/preferences/export',
    summary: 'Write what was judged to a file as JSON Lines of prompt, chosen and rejected',
    body: DatasetExport,
    response: PreferencesExported,
  },
  deletePreference: {
    method: 'delete',
    path: '/v1/preferences/{id}',
    summary: 'Take a judgement back',
    response: Deleted,
  },

  listLessons: {
    method: 'get',
    path: '/v1/lessons',
    summary: 'The lessons of the tutorial',
    response: z.object({ lessons: z.array(LessonSummary) }),
  },
  readLesson: {
    method: 'get',
    path: '/v1/lessons/{id}',
    summary: 'One lesson, by its level: text, recipe and files',
    response: Lesson,
  },
  verifyLesson: {
    method: 'post',
    path: '/v1/lessons/{id}/verify',
    summary: 'Whether the lesson was done, found out by asking the models that were tuned in it',
    response: LessonVerification,
  },

  chatCompletions: {
    method: 'post',
    path: '/v1/chat/completions',
    summary: "OpenAI's chat completions",
    body: ChatCompletionRequest,
    response: ChatCompletion,
    stream: 'optional',
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
