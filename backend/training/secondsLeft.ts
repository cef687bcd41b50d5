/** Steps that the estimate looks back on: enough to be calm, few enough to notice that the machine became busy. */
const window = 20;
/** A step that took so many times the usual, or a pause of so many seconds beyond all before, was a machine asleep. */
const asleepFactor = 20;
const asleepSeconds = 60;

/**
 * Estimates the time left from the latest steps and from what has come between steps so far: held-out losses, answers,
 * checkpoints. The first step of a process also warms up and does not count alone. Its clock is one that cannot be set.
 */
export class SecondsLeft {
  readonly #now: () => number;
  readonly #latest: number[] = [];
  #measured = 0;
  #lastEnd: number | null = null;
  #between = 0;
  #longestPause = 0;
  #wasLong = false;

  /** @param now s, rising, from anywhere */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  /** Seconds until the last step is done; null until two steps were measured. */
  after(step: number, steps: number, seconds: number): number | null {
    this.#addPause(seconds);
    this.#measured++;
    // The first one is taken out again as soon as there is another one.
    if (this.#measured === 2) this.#latest.pop();
    const usual = mean(this.#latest);
    const isLong = this.#latest.length > 0 && seconds > asleepSeconds && seconds > asleepFactor * usual;
    // Two in a row are no sleep: the machine has become that slow.
    if (!isLong || this.#wasLong) this.#latest.push(seconds);
    this.#wasLong = isLong;
    if (this.#latest.length > window) this.#latest.shift();
    if (this.#measured < 2) return null;
    return (mean(this.#latest) + this.#between / (this.#measured - 1)) * Math.max(0, steps - step);
  }

  /** What passed since the last step and was none. */
  #addPause(seconds: number): void {
    const end = this.#now();
    const pause = this.#lastEnd === null ? 0 : Math.max(0, end - this.#lastEnd - seconds);
    this.#lastEnd = end;
    const known = this.#longestPause > 0;
    if (known && pause > asleepSeconds && pause > asleepFactor * this.#longestPause) return;
    this.#longestPause = Math.max(this.#longestPause, pause);
    this.#between += pause;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
