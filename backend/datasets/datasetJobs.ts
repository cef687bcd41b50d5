import { setTimeout as delay } from 'node:timers/promises';
import type { Language } from '../contract/common.ts';
import type { DatasetImported } from '../contract/dataset.ts';
import type { DatasetJob, DatasetJobProgress, DatasetSplitDone } from '../contract/datasetJob.ts';
import { errorBody, storedError } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { Log } from '../log/log.ts';
import type { DatasetJobChange, DatasetJobRecord, DatasetJobRequest, DatasetJobStore } from './datasetJobStore.ts';

export type Report = (progress: Omit<DatasetJobProgress, 'seconds_left'>) => void;

export interface DatasetJobsOptions {
  readonly store: DatasetJobStore;
  /** Does what is asked and returns what the job shows as its result. Throws the signal's reason where it is aborted. */
  readonly execute: (
    request: DatasetJobRequest,
    language: Language,
    signal: AbortSignal,
    report: Report,
  ) => Promise<DatasetImported | DatasetSplitDone>;
  readonly newId: () => string;
  readonly now: () => string;
  readonly log: Log;
}

interface Running {
  readonly going: AbortController;
  readonly since: number;
  ended: Promise<void>;
  progress: DatasetJobProgress | null;
}

/** So many at a time; they share one event loop. */
const mostRunning = 2;
/** What made the backend die so often is not begun again by itself. */
const mostInterruptions = 3;
const keptJobs = 100;
/** Before that no estimate of the time left is worth telling, ms. */
const firstEstimate = 1000;

/** Imports and splits: they go on whoever waits for them, and after the backend was restarted. */
export class DatasetJobs {
  readonly #options: DatasetJobsOptions;
  readonly #running = new Map<string, Running>();
  #closing = false;

  constructor(options: DatasetJobsOptions) {
    this.#options = options;
  }

  start(request: DatasetJobRequest, subject: string, language: Language): DatasetJob {
    const { store, newId, now } = this.#options;
    if (this.#closing) throw new TataraError('backend_stopping');
    const job: DatasetJobRecord = {
      ...{ id: newId(), state: 'queued', request, language, subject, result: null, error: null },
      ...{ interruptions: 0, created_at: now(), ended_at: null },
    };
    store.add(job);
    this.#schedule();
    return this.read(job.id, language);
  }

  /** Throws `dataset_job_not_found`. */
  read(id: string, language: Language): DatasetJob {
    const { state, request, subject, result, error, created_at, ended_at } = this.#record(id);
    return {
      ...{ id, kind: request.kind, subject, state, created_at, ended_at },
      progress: this.#running.get(id)?.progress ?? null,
      error: error && errorBody(error, language),
      imported: request.kind === 'import' ? (result as DatasetImported | null) : null,
      split: request.kind === 'split' ? (result as DatasetSplitDone | null) : null,
    };
  }

  list(language: Language): DatasetJob[] {
    return this.#options.store.list(keptJobs).map(({ id }) => this.read(id, language));
  }

  /** When the job has ended, or after so many ms. */
  async wait(id: string, most: number, language: Language, signal: AbortSignal): Promise<DatasetJob> {
    const given = new AbortController();
    const enough = AbortSignal.any([given.signal, signal]);
    const until = performance.now() + most;
    while (!this.#record(id).ended_at && performance.now() < until && !signal.aborted) {
      const ended = this.#running.get(id)?.ended ?? delay(50);
      await Promise.race([ended, delay(until - performance.now(), undefined, { signal: enough }).catch(() => {})]);
    }
    given.abort();
    return this.read(id, language);
  }

  /** Returns when nothing of the job is left. One that has ended stays as it is. */
  async cancel(id: string, language: Language): Promise<DatasetJob> {
    const { state } = this.#record(id);
    const running = this.#running.get(id);
    if (running) {
      running.going.abort();
      await running.ended;
    } else if (state === 'queued') this.#end(id, { state: 'cancelled' });
    return this.read(id, language);
  }

  /** After a start: what the backend was at when it ended is begun again. */
  recover(): void {
    const { store, log } = this.#options;
    for (const { id, interruptions } of store.inStates(['running'])) {
      const times = interruptions + 1;
      log.write('warn', 'job was interrupted', { job: id, times });
      const error = new TataraError('dataset_job_interrupted', { times });
      if (times >= mostInterruptions) this.#end(id, { state: 'failed', error: storedError(error) });
      else store.change(id, { state: 'queued', interruptions: times });
    }
    this.#schedule();
  }

  /** What runs is given up, to be begun again after the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    const running = [...this.#running.values()];
    for (const { going } of running) going.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #record(id: string): DatasetJobRecord {
    const job = this.#options.store.get(id);
    if (!job) throw new TataraError('dataset_job_not_found', { id });
    return job;
  }

  #schedule(): void {
    if (this.#closing) return;
    for (const job of this.#options.store.inStates(['queued'])) {
      if (this.#running.size >= mostRunning) return;
      const running: Running = {
        going: new AbortController(),
        since: performance.now(),
        ended: Promise.resolve(),
        progress: null,
      };
      this.#running.set(job.id, running);
      this.#options.store.change(job.id, { state: 'running' });
      running.ended = this.#run(job, running);
    }
  }

  async #run({ id, request, language }: DatasetJobRecord, running: Running): Promise<void> {
    const { execute, log } = this.#options;
    const { signal } = running.going;
    const report: Report = (progress) => {
      const taken = performance.now() - running.since;
      const estimated = taken > firstEstimate && progress.done > 0;
      const seconds = estimated ? ((taken / progress.done) * (progress.total - progress.done)) / 1000 : null;
      running.progress = { ...progress, seconds_left: seconds === null ? null : Math.max(0, seconds) };
    };
    try {
      const result = await execute(request, language, signal, report);
      this.#end(id, { state: 'succeeded', result });
    } catch (error) {
      if (!signal.aborted) {
        log.write('warn', 'job failed', { job: id, error });
        this.#end(id, { state: 'failed', error: storedError(error) });
      } else if (this.#closing) this.#toQueue(id);
      else this.#end(id, { state: 'cancelled' });
    } finally {
      this.#running.delete(id);
      this.#schedule();
    }
  }

  /** The next start begins it again, and does not count it as died. */
  #toQueue(id: string): void {
    try {
      this.#options.store.change(id, { state: 'queued' });
    } catch (error) {
      this.#options.log.write('error', 'a job could not be put back', { job: id, error });
    }
  }

  #end(id: string, change: Pick<DatasetJobChange, 'state' | 'error' | 'result'>): void {
    const { store, now, log } = this.#options;
    try {
      store.change(id, { ...change, ended_at: now() });
      store.prune(keptJobs);
    } catch (error) {
      // Where the disk is full it counts as running until the next start, and is then begun again.
      log.write('error', 'the end of a job could not be stored', { job: id, error });
    }
  }
}
