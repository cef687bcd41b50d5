import type { Schedule } from '../../native/contract/messages.ts';
import type { Recipe } from '../contract/recipe.ts';

/** What a recipe means for one data set and one base, all its `auto` decided. */
export interface RunPlan {
  readonly schedule: Schedule;
  readonly trainRows: number;
  readonly heldOutRows: number;
  /** Rows left out because they are longer than the context. */
  readonly skippedRows: number;
  readonly trainTokens: number;
  /** SHA-256 of the token files: a resumed run must go on with the very same data. */
  readonly trainHash: string;
  readonly heldOutHash: string | null;
}

export interface RowCounts {
  readonly trainRows: number;
  readonly heldOutRows: number;
  /** Tokens of the longest row on either side. */
  readonly longestRow: number;
}

export function planSchedule(recipe: Recipe, rows: RowCounts): Schedule {
  const { training, evaluation } = recipe;
  const steps = planSteps(training, rows.trainRows);
  return {
    steps,
    batchSize: training.batch_size,
    gradientAccumulation: training.gradient_accumulation,
    learningRate: training.learning_rate,
    scheduler: training.scheduler,
    warmupSteps: planWarmup(training.warmup_steps, steps),
    weightDecay: training.weight_decay,
    beta1: training.beta1,
    beta2: training.beta2,
    epsilon: training.epsilon,
    maxGradientNorm: training.max_gradient_norm,
    seed: recipe.seed,
    contextLength: planContext(training.context_length, rows.longestRow),
    gradientCheckpointing: training.gradient_checkpointing,
    evaluateEvery: rows.heldOutRows === 0 ? 0 : planEvery(evaluation.every, steps),
    checkpointEvery: planEvery(training.checkpoint_every, steps),
    keepCheckpoints: training.keep_checkpoints,
  };
}

/** `steps` where it is given, else as many as the rounds over the rows take, the last batch of a round reaching over. */
export function planSteps(
  training: Pick<Recipe['training'], 'steps' | 'epochs' | 'batch_size' | 'gradient_accumulation'>,
  trainRows: number,
): number {
  if (training.steps !== undefined) return training.steps;
  const rowsOfStep = training.batch_size * training.gradient_accumulation;
  // A third of an epoch over 300 rows is 100 rows and not 100.00000000000001, which would be one step more.
  const rows = Math.round(training.epochs * trainRows * 1e6) / 1e6;
  return Math.max(1, Math.ceil(rows / rowsOfStep));
}

/** `auto`: a tenth of the steps, at most 100. What is asked for never goes beyond the run. */
export function planWarmup(asked: 'auto' | number, steps: number): number {
  return asked === 'auto' ? Math.min(100, Math.floor(steps / 10)) : Math.min(asked, steps);
}

/** `auto`: about ten times in a run. */
export function planEvery(asked: 'auto' | number, steps: number): number {
  return asked === 'auto' ? Math.max(1, Math.round(steps / 10)) : asked;
}

/** The engine's smallest context is 8; `auto` is the longest row. */
export function planContext(asked: 'auto' | number, longestRow: number): number {
  return asked === 'auto' ? Math.max(8, longestRow) : asked;
}

/** A row may have at most this many tokens. */
export function rowLimit(asked: 'auto' | number, baseContext: number): number {
  return asked === 'auto' ? baseContext : asked;
}
