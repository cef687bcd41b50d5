import { isAbsolute } from 'node:path';
import type { Dataset } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetStore } from '../datasets/datasetStore.ts';
import { deleteDataset } from '../datasets/deleteDataset.ts';
import { importDataset } from '../datasets/importDataset.ts';
import { readRows } from '../datasets/rows.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface DatasetHandlersOptions {
  readonly store: DatasetStore;
  /** Where the rows lie. */
  readonly directory: string;
  /** The name of an unfinished run that uses the data set, or null. */
  readonly usedBy: (datasetId: string) => string | null;
}

type DatasetRoutes =
  | 'importDataset'
  | 'uploadDataset'
  | 'listDatasets'
  | 'readDataset'
  | 'datasetRows'
  | 'deleteDataset';

export function datasetHandlers(options: DatasetHandlersOptions): Pick<RouteHandlers, DatasetRoutes> {
  const { store, directory, usedBy } = options;
  const get = (id: string): Dataset => {
    const dataset = store.get(id);
    if (!dataset) throw new TataraError('dataset_not_found', { id });
    return dataset;
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
    listDatasets: () => ({ datasets: [...store.list()] }),
    readDataset: ({ id }) => get(id),
    async datasetRows({ id, query }) {
      const dataset = get(id);
      return { rows: await readRows(directory, dataset, query.offset, query.limit), total: dataset.rows };
    },
    async deleteDataset({ id }) {
      const dataset = get(id);
      const run = usedBy(id);
      if (run !== null) throw new TataraError('dataset_in_use', { name: dataset.name, run });
      await deleteDataset(directory, dataset, store);
      return { id, deleted: true };
    },
  };
}
