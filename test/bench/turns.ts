/** What this thread has taken of the processor so far, ms. */
export function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Measures each turn of the event loop by what it takes of the processor: on a busy machine the clock would count what
 * others do meanwhile. A turn may have several callbacks, so this is at least the longest single one.
 */
export class Turns {
  #longest = 0;
  #last = 0;
  #going = true;

  constructor() {
    const turn = (): void => {
      const now = cpu();
      this.#longest = Math.max(this.#longest, now - this.#last);
      this.#last = cpu();
      if (this.#going) setImmediate(turn);
    };
    this.#last = cpu();
    setImmediate(turn);
  }

  begin(): void {
    this.#longest = 0;
  }

  end(): number {
    return this.#longest;
  }

  stop(): void {
    this.#going = false;
  }
}
