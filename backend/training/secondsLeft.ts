/** Steps that the estimate looks back on: enough to be calm, few enough to notice that the machine became busy. */
const window = 20;

/** Estimates the time left from the latest steps. The first step of a process also warms up and does not count alone. */
export class SecondsLeft {
  readonly #latest: number[] = [];
  #measured = 0;

  /** Seconds until the last step is done; null until two steps were measured. */
  after(step: number, steps: number, seconds: number): number | null {
    this.#measured++;
    // The first one is taken out again as soon as there is another one.
    if (this.#measured === 2) this.#latest.pop();
    this.#latest.push(seconds);
    if (this.#latest.length > window) this.#latest.shift();
    if (this.#measured < 2) return null;
    const mean = this.#latest.reduce((sum, value) => sum + value, 0) / this.#latest.length;
    return mean * Math.max(0, steps - step);
  }
}
