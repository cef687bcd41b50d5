import type { Preflight } from '../contract/run.ts';
import type { RunPlan } from './planRun.ts';
import type { ResolvedRecipe } from './resolveRecipe.ts';
import { allowance, share } from './sampleBudget.ts';

/** What was measured of a recipe, whatever the number of its steps. */
export interface Measures {
  readonly secondsPerStep: number;
  readonly startupSeconds: number;
  /** Of one held-out loss. */
  readonly evaluationSeconds: number;
  /** Until the base is loaded to be asked. */
  readonly answerLoadSeconds: number;
  readonly secondsPerAnswer: number;
  readonly peakMemory: number;
  readonly machineMemory: number;
  readonly diskBytes: number;
  readonly tokensPerSecond: number;
  readonly device: string;
  readonly at: string;
}

/** What a run needs in all, from what was measured of its parts. */
export function estimate(
  measures: Measures,
  { recipe, regressionDataset }: Pick<ResolvedRecipe, 'recipe' | 'regressionDataset'>,
  { schedule, heldOutRows, trainRows }: Pick<RunPlan, 'schedule' | 'heldOutRows' | 'trainRows'>,
): Omit<Preflight, 'disk_free' | 'earlier'> {
  const { steps, evaluateEvery } = schedule;
  const { answers, samples, max_answers: most } = recipe.evaluation;
  const training = steps * measures.secondsPerStep;
  const evaluations = heldOutRows === 0 ? 0 : 1 + (evaluateEvery === 0 ? 1 : Math.ceil(steps / evaluateEvery));
  const evaluating = evaluations * measures.evaluationSeconds;

  const asked = (rows: number) => Math.min(most, rows);
  const questions = asked(heldOutRows) + asked(regressionDataset?.rows ?? 0);
  const atEnd = 2 * (measures.answerLoadSeconds + questions * measures.secondsPerAnswer);
  const onTheWay =
    evaluations * (measures.answerLoadSeconds + Math.min(samples, heldOutRows) * measures.secondsPerAnswer);
  const bound = allowance + share * (training + evaluating);
  const answering = answers ? (questions > 0 ? atEnd : 0) + (samples > 0 ? Math.min(onTheWay, bound) : 0) : 0;
  return {
    seconds_per_step: measures.secondsPerStep,
    startup_seconds: measures.startupSeconds,
    evaluation_seconds: evaluating,
    answering_seconds: answering,
    estimated_seconds: measures.startupSeconds + training + evaluating + answering,
    peak_memory: measures.peakMemory,
    machine_memory: measures.machineMemory,
    disk_bytes: measures.diskBytes,
    tokens_per_second: measures.tokensPerSecond,
    steps,
    train_rows: trainRows,
    held_out_rows: heldOutRows,
    device: measures.device,
    measured_at: measures.at,
  };
}
