interface Work<T> {
  readonly result: Promise<T>;
  readonly giveUp: AbortController;
  waiting: number;
  value?: T;
  done: boolean;
}

/**
 * Long work that several may wait for at once and that is kept for the next: the last `keep` results, by key. It is
 * given up when nobody waits for it any more, and what failed is not kept.
 */
export class SharedWork<T> {
  readonly #works = new Map<string, Work<T>>();
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** What is kept under the key; undefined where it was never asked for, or is still being made. */
  peek(key: string): T | undefined {
    return this.#works.get(key)?.value;
  }

  async get(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const work = this.#works.get(key) ?? this.#begin(key, start);
    // The one that was asked for last is the last to go.
    this.#works.delete(key);
    this.#works.set(key, work);
    work.waiting++;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work.result, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
      work.waiting--;
      if (work.waiting === 0 && !work.done) {
        this.#works.delete(key);
        work.giveUp.abort(signal.reason);
      }
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const giveUp = new AbortController();
    const work: Work<T> = { result: start(giveUp.signal), giveUp, waiting: 0, done: false };
    this.#works.set(key, work);
    work.result.then(
      (value) => {
        work.done = true;
        work.value = value;
        for (const [old, { done }] of this.#works) {
          if (this.#works.size <= this.#keep) break;
          if (done && old !== key) this.#works.delete(old);
        }
      },
      () => {
        work.done = true;
        if (this.#works.get(key) === work) this.#works.delete(key);
      },
    );
    return work;
  }
}
