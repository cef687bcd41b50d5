import { setTimeout as delay } from 'node:timers/promises';
import { storedError } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { RunState } from '../contract/run.ts';
import type { Log } from '../log/log.ts';
import type { EngineIdentity, RunChange, RunStore } from '../training/runStore.ts';
import { queuePlaces, sameDevice, startable, type Waiting } from './queueOrder.ts';
import type { RunJournal } from './runJournal.ts';

/** How a running run is told to end. */
export interface RunControl {
  /** Stop after the current step, with a checkpoint. */
  readonly stop: AbortSignal;
  /** End at once; the last checkpoint is what is kept. */
  readonly kill: AbortSignal;
}

/** Runs one run to its end, or until it is told to stop. Throws what made it fail. */
export type Execute = (id: string, control: RunControl) => Promise<'done' | 'stopped'>;

export interface RunQueueOptions {
  readonly store: RunStore;
  readonly journal: RunJournal;
  readonly execute: Execute;
  /** Ends an engine that outlived its backend; true where there was one. */
  readonly endOrphan: (engine: EngineIdentity) => Promise<boolean>;
  readonly now: () => string;
  readonly log: Log;
}

interface Running {
  readonly device: string;
  readonly stop: AbortController;
  readonly kill: AbortController;
  readonly ended: Promise<void>;
}

/**
 * A run under which the backend died so often in a row, with no engine at work, may well be what kills it, and is not
 * begun again by itself: else no backend would ever stay up again.
 */
const mostInterruptions = 5;
/** How long a cancelled run may take for its last checkpoint before its engine is ended, ms. */
const cancelTime = 30_000;
/** Between attempts to store how a run ended, where the disk is full, ms. */
const settleDelay = 2_000;

/** Who runs, who waits, and how runs change from one to the other. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #running = new Map<string, Running>();
  readonly #measured = new Set<{ readonly device: string }>();
  #closing = false;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  /**
   * After a start: what was running when the backend died goes back to its place in the queue, or where its user had
   * wanted it to. Engines that are left over are ended first, since they write to the same checkpoints.
   */
  async recover(): Promise<void> {
    const { store, log, endOrphan } = this.#options;
    for (const run of store.inStates(['running'])) {
      const orphan = run.engine !== null && (await endOrphan(run.engine));
      log.write('warn', 'run was interrupted', { run: run.id, wanted: run.wanted, orphan });
      const interruptions = run.engine === null ? run.interruptions + 1 : run.interruptions;
      if (interruptions >= mostInterruptions) {
        this.#end(run.id, 'failed', {
          error: storedError(new TataraError('run_interrupted', { times: interruptions })),
        });
      } else if (run.wanted === null) this.#toQueue(run.id, { interruptions });
      else this.#end(run.id, run.wanted === 'cancel' ? 'cancelled' : 'paused');
    }
    this.schedule();
  }

  /** Puts a run at the end of the queue. It may be a part of a larger transaction, after which `schedule` starts what can start. */
  enqueue(id: string): void {
    const queueOrder = this.#options.store.lastQueueOrder() + 1;
    this.#toQueue(id, { queueOrder, endedAt: null, error: null, wanted: null, interruptions: 0 });
  }

  /** Starts the runs whose turn it is. */
  schedule(): void {
    if (this.#closing) return;
    for (const { id, device } of startable(this.#waiting(), this.#busyDevices())) this.#start(id, device);
  }

  /** Stops a queued or running run and returns when it is stored as stopped. A run that has ended stays as it is. */
  async stop(id: string, wanted: 'pause' | 'cancel'): Promise<void> {
    const { journal, store } = this.#options;
    const running = this.#running.get(id);
    if (!running) {
      const state = store.get(id)?.state;
      if (state === 'queued' || (state === 'paused' && wanted === 'cancel')) {
        this.#end(id, wanted === 'cancel' ? 'cancelled' : 'paused');
      }
      return;
    }
    journal.change(id, { wanted });
    running.stop.abort();
    const timer = wanted === 'cancel' ? setTimeout(() => running.kill.abort(), cancelTime) : undefined;
    await running.ended;
    clearTimeout(timer);
  }

  /** Does something that needs a device to itself. Throws `engine_busy` where it is in use. */
  async measure<T>(device: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new TataraError('backend_stopping');
    if (this.#busyDevices().some((busy) => sameDevice(busy, device))) throw this.#busy(device);
    const measured = { device };
    this.#measured.add(measured);
    try {
      return await work();
    } finally {
      this.#measured.delete(measured);
      this.schedule();
    }
  }

  /** Stops what runs, with a checkpoint, and after `limit` ms without one. Nothing is started any more. */
  async close(limit: number): Promise<void> {
    this.#closing = true;
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    const timer = setTimeout(() => {
      for (const { kill } of running) kill.abort();
    }, limit);
    await Promise.all(running.map(({ ended }) => ended));
    clearTimeout(timer);
  }

  /** Who uses the device, for whoever wants to wait. */
  #busy(device: string): TataraError {
    const user = [...this.#running].find(([, running]) => sameDevice(running.device, device))?.[0];
    const run = user === undefined ? null : this.#options.store.get(user);
    return new TataraError('engine_busy', run ? { run: run.name, seconds_left: run.secondsLeft } : {});
  }

  #busyDevices(): string[] {
    return [...this.#running.values(), ...this.#measured].map(({ device }) => device);
  }

  #waiting(): Waiting[] {
    return this.#options.store.inStates(['queued']).map(({ id, recipe }) => ({ id, device: recipe.device }));
  }

  #start(id: string, device: string): void {
    const { journal, store, now } = this.#options;
    journal.transaction(() => {
      const startedAt = store.get(id)?.startedAt ?? now();
      this.#toState(id, 'running', { startedAt, queuePlace: null, error: null, endedAt: null });
      this.#updatePlaces();
    });
    const stop = new AbortController();
    const kill = new AbortController();
    const ended = this.#run(id, { stop: stop.signal, kill: kill.signal });
    this.#running.set(id, { device, stop, kill, ended });
  }

  async #run(id: string, control: RunControl): Promise<void> {
    const { execute, log, store } = this.#options;
    let settle: () => void;
    try {
      const outcome = await execute(id, control);
      settle = () => {
        if (outcome === 'done') this.#end(id, 'succeeded');
        else this.#end(id, store.get(id)?.wanted === 'cancel' ? 'cancelled' : 'paused');
      };
    } catch (error) {
      log.write('error', 'run failed', { run: id, error });
      settle = () => this.#end(id, 'failed', { error: storedError(error) });
    }
    // Not in the same turn, since the caller must have noted first that the run is running.
    await null;
    // Where the disk is full the end cannot be stored; until it can, the run counts as running, as it would after a restart.
    while (!this.#tryTo(id, settle) && !this.#closing) await delay(settleDelay);
    this.#running.delete(id);
    this.schedule();
  }

  #tryTo(id: string, settle: () => void): boolean {
    try {
      settle();
      return true;
    } catch (error) {
      this.#options.log.write('error', 'the end of a run could not be stored', { run: id, error });
      return false;
    }
  }

  #toQueue(id: string, change: RunChange): void {
    this.#options.journal.transaction(() => {
      this.#options.journal.change(id, {
        ...change,
        state: 'queued',
        queuePlace: null,
        secondsLeft: null,
        engine: null,
      });
      this.#updatePlaces();
    });
  }

  #end(id: string, state: 'succeeded' | 'failed' | 'cancelled' | 'paused', change: RunChange = {}): void {
    const { journal, now } = this.#options;
    journal.transaction(() => {
      const ended = { endedAt: now(), queuePlace: null, secondsLeft: null, engine: null, wanted: null };
      this.#toState(id, state, { ...ended, ...change });
      this.#updatePlaces();
    });
  }

  #toState(id: string, state: RunState, change: RunChange): void {
    const error = change.error ?? null;
    this.#options.journal.change(id, { ...change, state }, { type: 'state', state, queue_place: null, error });
  }

  /** Tells each waiting run its place, where it is another one than before. */
  #updatePlaces(): void {
    const { journal, store } = this.#options;
    const places = queuePlaces(this.#waiting());
    for (const [id, queuePlace] of places) {
      if (store.get(id)?.queuePlace === queuePlace) continue;
      journal.change(id, { queuePlace }, { type: 'state', state: 'queued', queue_place: queuePlace, error: null });
    }
  }
}
