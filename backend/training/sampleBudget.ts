/** Seconds that may always be spent, so that a short run shows something too. */
export const allowance = 20;
/** Of the time that the run has taken beside it. */
export const share = 0.1;

/** How much of a run's time goes into asking it on its way: what it takes is known from the last time. */
export class SampleBudget {
  #spent = 0;
  #last = 0;

  /** @param elapsed seconds that the run has taken so far, what was spent here included */
  allows(elapsed: number): boolean {
    return this.#spent + this.#last <= allowance + share * Math.max(0, elapsed - this.#spent);
  }

  spend(seconds: number): void {
    this.#spent += seconds;
    this.#last = seconds;
  }
}
