/** Waits before each try to start the backend again, ms. */
const waits = [500, 1000, 2000, 4000, 8000] as const;

/** A backend that has run this long, ms, has recovered: what went before does not count any more. */
const recovered = 120_000;

/** When to start a backend again that ended without being asked to, and when to leave it. */
export class Restarts {
  readonly #now: () => number;
  #tries = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** `now`: ms of a clock that nobody sets. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How long to wait before the next try, ms; null: it has been tried often enough. */
  next(): number | null {
    const now = this.#now();
    if (now - this.#last > recovered) this.#tries = 0;
    this.#last = now;
    return waits[this.#tries++] ?? null;
  }

  /** Whoever asks for it by hand begins anew. */
  forget(): void {
    this.#tries = 0;
  }
}
