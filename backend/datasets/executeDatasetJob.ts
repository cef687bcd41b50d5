import type { Language } from '../contract/common.ts';
import type { DatasetImported } from '../contract/dataset.ts';
import type { DatasetSplitDone } from '../contract/datasetJob.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetJobRequest } from './datasetJobStore.ts';
import type { Report } from './datasetJobs.ts';
import type { DatasetStore } from './datasetStore.ts';
import { importDataset } from './importDataset.ts';
import { splitDataset } from './splitDataset.ts';

export interface DatasetJobWork {
  readonly request: DatasetJobRequest;
  readonly language: Language;
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly store: DatasetStore;
  readonly directory: string;
}

/** Does what a job asks for. To do it again after it was done changes nothing. */
export function executeDatasetJob(work: DatasetJobWork): Promise<DatasetImported | DatasetSplitDone> {
  const { request, report, ...context } = work;
  if (request.kind === 'import') {
    const { path, name, format, skip_broken: skipBroken } = request.import;
    return importDataset({
      ...context,
      ...{ source: path, filename: path, name, format, skipBroken },
      onProgress: ({ bytesRead, bytesTotal, rows, problems }) =>
        report({ done: bytesRead, total: bytesTotal, rows, problems }),
    });
  }
  const dataset = context.store.get(request.dataset);
  if (!dataset) throw new TataraError('dataset_not_found', { id: request.dataset });
  return splitDataset({
    ...context,
    dataset,
    split: request.split,
    onProgress: (done, total) => report({ done, total, rows: done, problems: 0 }),
  });
}
