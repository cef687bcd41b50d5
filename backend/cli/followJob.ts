import { followDatasetJob } from '../client/followDatasetJob.ts';
import type { DatasetJob } from '../contract/datasetJob.ts';
import { formatCount, formatDuration, formatShare } from '../l10n/format.ts';
import type { Cli } from './cli.ts';
import { exitCode } from './exitCode.ts';
import { onInterrupt } from './onInterrupt.ts';

/** Shows how a job goes until it has ended; null where Ctrl-C has cancelled it, which has then been told. */
export async function followJob(cli: Cli, job: DatasetJob): Promise<DatasetJob | null> {
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort());
  try {
    return await followDatasetJob(await cli.backend(), job, {
      signal: stop.signal,
      onProgress: (now) => cli.progress(progressText(cli, now)),
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    cli.say(`job.cancelled.${job.kind}`, { subject: job.subject });
    cli.exitCode = exitCode.interrupted;
    return null;
  }
}

function progressText(cli: Cli, { kind, state, subject, progress }: DatasetJob): string {
  if (state === 'queued' || !progress) return cli.text('job.waiting', { subject });
  const share = formatShare(progress.total === 0 ? 0 : Math.floor((100 * progress.done) / progress.total) / 100);
  const left =
    progress.seconds_left === null
      ? ''
      : cli.text('job.left', { duration: formatDuration(cli.language, progress.seconds_left) });
  return cli.text(`job.${kind}`, { subject, share, rows: formatCount(progress.rows), left });
}
