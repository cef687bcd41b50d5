import type { RunView, Samples } from '../contract/run.ts';
import type { Answer } from '../contract/training.ts';

/** What was answered at one moment of a run. */
export interface Moment {
  /** Null: at the end, when all held-out rows were answered. */
  readonly step: number | null;
  readonly answers: readonly Answer[];
  readonly leftOut: Samples['left_out'];
  /** By question: the step since which it was answered right, where that began on the way. */
  readonly since: ReadonlyMap<string, number>;
}

/** The moments of a run in their order. */
export function momentsOf(samples: readonly Samples[], run: Pick<RunView, 'answers'>): Moment[] {
  const since = new Map<string, number>();
  const moments = samples.map(({ step, answers, left_out: leftOut }): Moment => {
    for (const { question, tuned_right: right, base_right: before } of answers) {
      if (!right) since.delete(question);
      else if (!since.has(question) && !before) since.set(question, step);
    }
    return { step, answers, leftOut, since: new Map(since) };
  });
  if (run.answers.length > 0) moments.push({ step: null, answers: run.answers, leftOut: null, since: new Map(since) });
  return moments;
}

/** Samples with one more; steps from it on were made again. */
export function withSample(samples: readonly Samples[], sample: Samples): Samples[] {
  return [...samples.filter(({ step }) => step < sample.step), sample];
}
