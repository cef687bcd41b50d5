import { EventEmitter, once } from 'node:events';
import type { RunState } from '../contract/run.ts';
import type { NewRunEvent, RunChange, RunStore, StoredRunEvent } from '../training/runStore.ts';

/** States that nothing leaves by itself. */
export const endedStates: ReadonlySet<RunState> = new Set(['succeeded', 'failed', 'cancelled', 'paused']);

/** Events of one page of a stream. */
const pageSize = 500;

/**
 * Writes what happens to runs, and lets any number of readers follow it. Readers are only woken here; what they read
 * comes from the store alone, so that none of them misses an event or gets one twice.
 */
export class RunJournal {
  readonly #store: RunStore;
  readonly #now: () => string;
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();
  /** Runs with news that are not told yet because their transaction is not at its end. */
  readonly #changed = new Set<string>();
  #depth = 0;

  constructor(store: RunStore, now: () => string) {
    this.#store = store;
    this.#now = now;
  }

  /** All changes inside of it, or none; readers hear of them when they are stored. */
  transaction<T>(work: () => T): T {
    this.#depth++;
    try {
      return this.#store.transaction(work);
    } finally {
      if (--this.#depth === 0) {
        const changed = [...this.#changed];
        this.#changed.clear();
        for (const id of changed) this.#news.emit(id);
      }
    }
  }

  change(id: string, change: RunChange, ...events: readonly NewRunEvent[]): void {
    this.transaction(() => {
      this.#store.change(id, change, events, this.#now());
      this.#changed.add(id);
    });
  }

  /**
   * Events above number `after`: those that are stored, then those to come, until the run has ended. Also ends when
   * the signal aborts or the journal is closed.
   */
  async *follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<StoredRunEvent> {
    const stopped = AbortSignal.any([signal, this.#closing.signal]);
    let last = after;
    while (!signal.aborted) {
      // Listening begins before reading, so that what is stored in between is not slept through.
      const done = new AbortController();
      const news = once(this.#news, id, { signal: AbortSignal.any([stopped, done.signal]) }).catch(() => undefined);
      const events = this.#store.events(id, last, pageSize);
      for (const event of events) {
        last = event.id;
        yield event;
      }
      if (events.length === 0) {
        const run = this.#store.get(id);
        if (run !== null && !endedStates.has(run.state) && !stopped.aborted) await news;
        else if (this.#store.lastEvent(id) <= last) return done.abort();
      }
      done.abort();
    }
  }

  /** Ends all streams once they have told what is stored. */
  close(): void {
    this.#closing.abort();
  }
}
