import type { DatasetJob } from '../contract/datasetJob.ts';
import { errorStatus } from '../contract/errorBody.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Backend } from './backend.ts';
import { BackendError } from './backendError.ts';

/** How long one look waits for the end, ms: how often progress is told. */
const look = 250;

/**
 * Waits for an import or a split to end. The signal cancels the job, and the signal's reason is thrown once nothing of
 * it is left; where it was done before that, it is returned. Throws BackendError for a job that failed, an AbortError
 * for one that someone else cancelled.
 */
export async function followDatasetJob(
  backend: Backend,
  started: DatasetJob,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (job: DatasetJob) => void } = {},
): Promise<DatasetJob> {
  const params = { id: started.id };
  let job = started;
  while (job.ended_at === null) {
    onProgress?.(job);
    job = signal?.aborted
      ? await backend.call('cancelDatasetJob', { params })
      : await backend.call('readDatasetJob', { params, query: { wait: look } });
  }
  if (job.state === 'failed' && job.error) throw new BackendError(errorStatus(job.error.code as ErrorCode), job.error);
  if (job.state !== 'cancelled') return job;
  throw signal?.aborted ? signal.reason : new DOMException('The job was cancelled.', 'AbortError');
}
