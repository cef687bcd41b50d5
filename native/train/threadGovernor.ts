import { loadavg } from 'node:os';

/**
 * How many threads the next step uses. ggml's threads wait for each other in spinning barriers, thousands of them a
 * step: where another process holds one of the cores, a step on all of them takes many times longer than a step on one
 * core fewer. So the count follows what is measured. The numbers do not depend on it: every element of a result is
 * computed by one thread, in one order.
 */
export interface ThreadGovernor {
  readonly threads: number;
  /** To be told of every step: tokens computed and seconds taken. */
  observe(tokens: number, seconds: number): void;
}

export interface Meters {
  /** Involuntary context switches of this process so far. */
  readonly preemptions: () => number;
  /** Processes that want to run, on average over the last minute. */
  readonly load: () => number;
}

/** Preemptions a second that tell of a rival; an undisturbed step has a few. */
const rivalPreemptions = 40;
const firstRetrySeconds = 10;
const lastRetrySeconds = 160;

const processMeters: Meters = {
  preemptions: () => process.resourceUsage().involuntaryContextSwitches,
  load: () => loadavg()[0] ?? 0,
};

/** @param fixed What the recipe asks for; null: follow the machine. */
export function governThreads(cores: number, fixed: number | null, meters: Meters = processMeters): ThreadGovernor {
  if (fixed !== null || cores < 2) return { threads: fixed ?? 1, observe: () => undefined };
  let threads = meters.load() > cores * 0.8 ? cores - 1 : cores;
  let preemptions = meters.preemptions();
  /** Tokens a second on one core fewer, once that was measured. */
  let speedOfFewer = 0;
  let secondsOnFewer = 0;
  let retryAfter = firstRetrySeconds;
  return {
    get threads() {
      return threads;
    },
    observe(tokens, seconds) {
      const now = meters.preemptions();
      const disturbed = (now - preemptions) / seconds > rivalPreemptions;
      preemptions = now;
      const speed = tokens / seconds;
      if (threads < cores) {
        speedOfFewer = speed;
        secondsOnFewer += seconds;
        if (secondsOnFewer >= retryAfter) threads = cores;
      } else if (disturbed && (speedOfFewer === 0 || speed < speedOfFewer)) {
        threads = cores - 1;
        secondsOnFewer = 0;
        retryAfter = Math.min(speedOfFewer === 0 ? retryAfter : retryAfter * 2, lastRetrySeconds);
      } else {
        retryAfter = firstRetrySeconds;
      }
    },
  };
}
