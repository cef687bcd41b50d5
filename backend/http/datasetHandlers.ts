import { basename, isAbsolute } from 'node:path';
import type { Dataset, DatasetRow } from '../contract/dataset.ts';
import type { RowTokens } from '../contract/datasetView.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetJobs } from '../datasets/datasetJobs.ts';
import type { DatasetStore, DigestStore } from '../datasets/datasetStore.ts';
import type { DatasetViews, Reader } from '../datasets/datasetViews.ts';
import { deleteDataset } from '../datasets/deleteDataset.ts';
import { editDataset } from '../datasets/editDataset.ts';
import { exportDataset } from '../datasets/exportDataset.ts';
import { describeProblem } from '../datasets/foundProblem.ts';
import { importDataset } from '../datasets/importDataset.ts';
import { readRows } from '../datasets/rows.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface DatasetHandlersOptions {
  readonly store: DatasetStore;
  readonly digests: DigestStore;
  /** Where the rows lie. */
  readonly directory: string;
  readonly views: DatasetViews;
  readonly jobs: DatasetJobs;
  /** A base model by name or id. Throws `model_not_found`, `model_file_missing`, `model_file_changed`. */
  readonly reader: (base: string) => Promise<Reader>;
  readonly rowTokens: (file: Reader['file'], row: DatasetRow) => Promise<RowTokens>;
  /** The name of an unfinished run that uses the data set, or null. */
  readonly usedBy: (datasetId: string) => string | null;
}

type DatasetRoutes =
  | 'importDataset'
  | 'uploadDataset'
  | 'startImport'
  | 'splitDataset'
  | 'listDatasetJobs'
  | 'readDatasetJob'
  | 'cancelDatasetJob'
  | 'datasetProblems'
  | 'exportDataset'
  | 'listDatasets'
  | 'readDataset'
  | 'datasetRows'
  | 'viewDataset'
  | 'datasetStatistics'
  | 'datasetDigest'
  | 'rowTokens'
  | 'editDataset'
  | 'deleteDataset';

export function datasetHandlers(options: DatasetHandlersOptions): Pick<RouteHandlers, DatasetRoutes> {
  const { store, digests, directory, views, jobs, usedBy } = options;
  const get = (id: string): Dataset => {
    const dataset = store.get(id);
    if (!dataset) throw new TataraError('dataset_not_found', { id });
    return dataset;
  };
  const withDigest = (dataset: Dataset): Dataset => {
    const digest = digests.get(dataset.hash);
    return digest ? { ...dataset, digest } : dataset;
  };
  const readerOf = async (asked: { base?: string | undefined; context?: number | undefined }) => {
    if (asked.base === undefined) return null;
    const reader = await options.reader(asked.base);
    return { ...reader, context: asked.context ?? reader.context };
  };
  return {
    importDataset({ body, language, signal }) {
      const { path, name, format, skip_broken: skipBroken } = body;
      if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
      return importDataset({
        source: path,
        filename: path,
        name,
        format,
        skipBroken,
        directory,
        store,
        language,
        signal,
      });
    },
    uploadDataset({ query, upload, language, signal }) {
      const { filename, name, format, skip_broken: skipBroken } = query;
      return importDataset({ source: upload, filename, name, format, skipBroken, directory, store, language, signal });
    },
    startImport({ body, language }) {
      if (!isAbsolute(body.path)) throw new TataraError('path_not_absolute', { path: body.path });
      return jobs.start({ kind: 'import', import: body }, basename(body.path), language);
    },
    splitDataset: ({ id, body, language }) =>
      jobs.start({ kind: 'split', dataset: get(id).id, split: body }, get(id).name, language),
    listDatasetJobs: ({ language }) => ({ jobs: jobs.list(language) }),
    readDatasetJob: ({ id, query, language, signal }) => jobs.wait(id, query.wait, language, signal),
    cancelDatasetJob: ({ id, language }) => jobs.cancel(id, language),
    datasetProblems({ id, query, language }) {
      const { problem_count: total } = get(id);
      const problems = store.problems(id, query.offset, query.limit);
      const told = problems.map((problem) => describeProblem(problem, language));
      return { problems: told, kept: store.keptProblems(id), total };
    },
    exportDataset: ({ id, body, signal }) => exportDataset(directory, get(id), body, signal),
    listDatasets: () => ({ datasets: store.list().map(withDigest) }),
    readDataset: ({ id }) => withDigest(get(id)),
    async datasetRows({ id, query }) {
      const dataset = get(id);
      return { rows: await readRows(directory, dataset, query.offset, query.limit), total: dataset.rows };
    },
    viewDataset: async ({ id, query, signal }) => views.view(get(id), query, await readerOf(query), signal),
    datasetStatistics: async ({ id, query, signal }) => views.statistics(get(id), await readerOf(query), signal),
    async datasetDigest({ id, signal }) {
      const dataset = get(id);
      const known = digests.get(dataset.hash);
      if (known) return known;
      const { filters, languages } = await views.statistics(dataset, null, signal);
      const digest = { problems: filters.problems, duplicates: filters.duplicates, languages };
      digests.put(dataset.hash, digest);
      return digest;
    },
    async rowTokens({ id, query }) {
      const row = await views.row(get(id), query.row);
      const { file } = await options.reader(query.base);
      return options.rowTokens(file, row);
    },
    editDataset: ({ id, body, language, signal }) =>
      editDataset({ dataset: get(id), ...body, directory, store, language, signal }),
    async deleteDataset({ id }) {
      const dataset = get(id);
      const run = usedBy(id);
      if (run !== null) throw new TataraError('dataset_in_use', { name: dataset.name, run });
      await deleteDataset(directory, dataset, store);
      return { id, deleted: true };
    },
  };
}
