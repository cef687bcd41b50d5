import type { Backend } from '../../../backend/client/backend.ts';
import type { Language } from '../../../backend/contract/common.ts';
import { TataraError } from '../../../backend/contract/errors.ts';
import type { Adapter } from '../../../backend/contract/model.ts';
import type { Run, RunEvent } from '../../../backend/contract/run.ts';
import type { RunToPage } from '../../../webviews/contract/run.ts';
import { failureOf } from '../failureOf.ts';
import { hasCode } from './hasCode.ts';
import { MetricsBuffer } from './metricsBuffer.ts';
import { readMetrics } from './readMetrics.ts';
import { metricsView, runView } from './runView.ts';

/** How often a page gets what has come, ms: often enough to look alive. */
const flushEvery = 250;

export interface RunFollowerOptions {
  readonly runId: string;
  readonly language: Language;
  readonly backend: () => Promise<Backend>;
  readonly send: (message: RunToPage) => void;
  readonly onNamed: (name: string) => void;
}

/** Tells a page of one run: everything that was, and then only what comes. */
export class RunFollower implements Disposable {
  readonly #options: RunFollowerOptions;
  #following = new AbortController();
  #run: Run | null = null;
  #adapter: Adapter | null = null;
  #default: string | null = null;

  constructor(options: RunFollowerOptions) {
    this.#options = options;
  }

  /** As it was told last. */
  get run(): Run | null {
    return this.#run;
  }

  get adapter(): Adapter | null {
    return this.#adapter;
  }

  /** From the beginning; what was followed before is not any more. */
  async follow(): Promise<void> {
    this.#following.abort();
    this.#following = new AbortController();
    const { signal } = this.#following;
    const { backend: connect, send, runId: id, language } = this.#options;
    try {
      const backend = await connect();
      await this.#read(backend);
      const params = { id };
      let last = 0;
      let type: 'metrics' | 'more' = 'metrics';
      for await (const page of readMetrics(backend, id, signal)) {
        if (signal.aborted) return;
        send({ type, metrics: metricsView(page) });
        type = 'more';
        last = page.last_event;
      }
      const { samples } = await backend.call('runSamples', { params, signal });
      send({ type: 'samples', samples });
      await this.#readCheckpoints(backend);
      await this.#followEvents(backend, last, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (hasCode(error, 'run_not_found')) send({ type: 'gone' });
      else if (this.#run && isLost(error)) send({ type: 'lost' });
      else send({ type: 'failure', failure: failureOf(error, language) });
    }
  }

  /** What may have changed without an event: the adapter, and which model is the default. */
  async refresh(): Promise<void> {
    await this.#read(await this.#options.backend());
  }

  [Symbol.dispose](): void {
    this.#following.abort();
  }

  async #followEvents(backend: Backend, after: number, signal: AbortSignal): Promise<void> {
    const { send, runId } = this.#options;
    const buffer = new MetricsBuffer();
    let newest: Run | null = null;
    let hasCheckpoint = false;
    const flush = (): void => {
      const more = buffer.take();
      if (more) send({ type: 'more', metrics: more });
      if (newest) this.#show(newest);
      newest = null;
      if (!hasCheckpoint) return;
      hasCheckpoint = false;
      // Not told where it fails: whatever is wrong with the backend ends the events, too.
      this.#readCheckpoints(backend).catch(() => {});
    };
    const timer = setInterval(flush, flushEvery);
    try {
      for await (const event of backend.runEvents(runId, { after, signal })) {
        if (signal.aborted) return;
        buffer.add(event);
        if (event.type === 'ready') {
          flush();
          send({ type: 'restart', firstStep: event.first_step });
        } else if (event.type === 'phase') {
          send({ type: 'phase', phase: event.phase, fraction: event.fraction });
        } else if (event.type === 'samples') {
          const { step, answers, left_out } = event;
          send({ type: 'sample', sample: { step, answers, left_out } });
        } else if (event.type === 'state' || event.type === 'evaluation') {
          flush();
          await this.#read(backend);
        } else if (this.#run) {
          newest = withEvent(newest ?? this.#run, event);
        }
        if (event.type === 'checkpoint') hasCheckpoint = true;
      }
      hasCheckpoint = true;
      flush();
      await this.#read(backend);
    } finally {
      clearInterval(timer);
    }
  }

  async #read(backend: Backend): Promise<void> {
    const { runId, onNamed } = this.#options;
    const run = await backend.call('readRun', { params: { id: runId } });
    if (run.adapter_id !== null && run.adapter_id !== this.#adapter?.id) {
      this.#adapter = await backend.call('readAdapter', { params: { id: run.adapter_id } });
    } else if (run.adapter_id === null) {
      this.#adapter = null;
    }
    this.#default = (await backend.call('readDefaultModel')).model?.id ?? null;
    onNamed(run.name);
    this.#show(run);
  }

  async #readCheckpoints(backend: Backend): Promise<void> {
    const { checkpoints } = await backend.call('listCheckpoints', { params: { id: this.#options.runId } });
    this.#options.send({
      type: 'checkpoints',
      checkpoints: checkpoints.map(({ adapter_id: _, ...checkpoint }) => checkpoint),
    });
  }

  #show(run: Run): void {
    this.#run = run;
    const isDefault = run.adapter_id !== null && run.adapter_id === this.#default;
    this.#options.send({ type: 'run', run: runView(run, this.#adapter, isDefault) });
  }
}

/** The run as it is after an event that does not change its state. */
function withEvent(run: Run, event: RunEvent): Run {
  if (event.type === 'step') {
    const { step, steps, loss, seconds_left } = event;
    return { ...run, step, steps, train_loss: loss, seconds_left };
  }
  if (event.type === 'held_out') return { ...run, held_out_loss: event.loss };
  if (event.type === 'checkpoint') return { ...run, checkpoint_step: event.step };
  return run;
}

/** The backend did not answer, or broke off. */
function isLost(error: unknown): boolean {
  return error instanceof TataraError && error.code === 'backend_lost';
}
