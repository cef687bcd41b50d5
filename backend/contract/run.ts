import * as z from 'zod';
import { ContentHash, ErrorProblem, Page, Timestamp } from './common.ts';
import { Recipe } from './recipe.ts';

/**
 * queued -> running -> succeeded | failed | cancelled | paused; paused, failed and cancelled runs can be resumed from
 * their last checkpoint (-> queued). `paused` was stopped by the user or by the backend's end.
 */
export const RunState = z.enum(['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']);
export type RunState = z.infer<typeof RunState>;

/** An error as every hop carries it; `message` and `hint` are in the asked-for language. */
export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  /** What to do. */
  hint: z.string().optional(),
  /** OpenAI's field: the class of the error. */
  type: z.string(),
  /** OpenAI's field: the parameter that is wrong, where there is one. */
  param: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).optional(),
  /** The single wrong places, where a file or a recipe has several; the first 100. */
  problems: z.array(ErrorProblem).optional(),
  request_id: z.string().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
export const ErrorResponse = z.object({ error: ErrorBody });

/** Right answers of one model on one set of rows. `low` and `high`: 95 % Wilson interval of the share. */
export const Score = z.object({ right: z.int(), total: z.int(), share: z.number(), low: z.number(), high: z.number() });
export type Score = z.infer<typeof Score>;

export const AnsweredRow = z.object({
  question: z.string(),
  expected: z.string(),
  base: z.string(),
  tuned: z.string(),
  base_right: z.boolean(),
  tuned_right: z.boolean(),
});
export type AnsweredRow = z.infer<typeof AnsweredRow>;

const ScoredSet = z.object({
  base: Score,
  tuned: Score,
  /** Mean answer cross-entropy, nats, where measured. */
  base_loss: z.number().optional(),
  tuned_loss: z.number().optional(),
  answers: z.array(AnsweredRow),
});

export const Evaluation = z.object({ held_out: ScoredSet.optional(), regression: ScoredSet.optional() });
export type Evaluation = z.infer<typeof Evaluation>;

export const Preflight = z.object({
  seconds_per_step: z.number(),
  startup_seconds: z.number(),
  /** Of all held-out losses together. */
  evaluation_seconds: z.number(),
  /** Of all answers of base and tuned model, on the way and at the end; from a few that the base gave. */
  answering_seconds: z.number(),
  /** Start, steps, held-out losses and answers. */
  estimated_seconds: z.number(),
  peak_memory: z.number(),
  machine_memory: z.number(),
  disk_bytes: z.number(),
  /** Free where the data directory lies. */
  disk_free: z.number(),
  tokens_per_second: z.number(),
  steps: z.int(),
  train_rows: z.int(),
  held_out_rows: z.int(),
  device: z.string(),
  measured_at: Timestamp,
  /** Measured before, with settings that cost the same: the device was in use when this was asked. */
  earlier: z.boolean(),
});
export type Preflight = z.infer<typeof Preflight>;

const Named = z.object({ id: z.string(), name: z.string(), hash: ContentHash });

export const Run = z.object({
  id: z.string(),
  name: z.string(),
  state: RunState,
  recipe: Recipe,
  base: Named,
  dataset: Named.extend({ version: z.int() }),
  created_at: Timestamp,
  started_at: Timestamp.nullable(),
  ended_at: Timestamp.nullable(),
  /** 1 is next; null where it is not queued. */
  queue_place: z.int().nullable(),
  step: z.int(),
  steps: z.int(),
  /** Null until it was measured. */
  seconds_left: z.number().nullable(),
  train_loss: z.number().nullable(),
  held_out_loss: z.number().nullable(),
  /** Step of the last checkpoint; null: none yet. */
  checkpoint_step: z.int().nullable(),
  engine_version: z.string().nullable(),
  device: z.string().nullable(),
  error: ErrorBody.nullable(),
  adapter_id: z.string().nullable(),
  /** The whole model that a full-parameter run wrote. */
  model_id: z.string().nullable(),
  evaluation: Evaluation.nullable(),
  /** The run, and the step of the checkpoint, that this one went on from; null: it began at the beginning. */
  continued_from: z.object({ id: z.string(), name: z.string(), step: z.int() }).nullable(),
});
export type Run = z.infer<typeof Run>;

/** `recipe_yaml` is the recipe as the user wrote it (its errors carry line numbers); else `recipe` as JSON. */
export const RunCreate = z.union([
  z.strictObject({ recipe: z.unknown() }),
  z.strictObject({ recipe_yaml: z.string(), filename: z.string().optional() }),
]);
export type RunCreate = z.infer<typeof RunCreate>;

/** A few held-out rows, answered by the base and by the model as it was at this step. */
export const Samples = z.object({
  step: z.int().min(0),
  answers: z.array(AnsweredRow),
  /** Why nothing was asked: too little free memory, too much of the run's time, or it did not work; null: it was. */
  left_out: z.enum(['memory', 'time', 'failed']).nullable(),
});
export type Samples = z.infer<typeof Samples>;

/** A place in a run that can be gone on from. */
export const Checkpoint = z.object({
  step: z.int().min(0),
  /** At this very step; null where it was not measured there. */
  held_out_loss: z.number().nullable(),
  /** The lowest held-out loss of those that are kept. */
  best: z.boolean(),
  /** Where the run itself goes on when it is resumed. */
  last: z.boolean(),
  bytes: z.number(),
  /** The adapter that was made of it, to be asked; null: none yet. */
  adapter_id: z.string().nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const CheckpointStep = z.strictObject({ step: z.int().min(0) });

/** A new run from a checkpoint on, with the recipe of the old one but for what is said here. */
export const RunContinue = CheckpointStep.extend({
  name: z.string().min(1).max(120).optional(),
  /** Of the whole run, those before the checkpoint included. */
  steps: z.int().min(1).optional(),
  learning_rate: z.number().positive().max(1).optional(),
});
export type RunContinue = z.infer<typeof RunContinue>;

/** What a run made, or would have made at a checkpoint, in a place of the reader's own. */
export const RunExport = z.strictObject({
  /** Of a checkpoint; absent: what the run made at its end. */
  step: z.int().min(0).optional(),
  /** `gguf`: one file for llama.cpp; `peft`: a folder for Hugging Face's library. */
  format: z.enum(['gguf', 'peft']).default('gguf'),
  /** Absolute, on this machine. */
  path: z.string().min(1),
  /** Replace what is there. */
  overwrite: z.boolean().default(false),
});
export type RunExport = z.infer<typeof RunExport>;
export const RunExported = z.object({ path: z.string(), bytes: z.number() });
export type RunExported = z.infer<typeof RunExported>;

const event = { id: z.int().min(1), at: Timestamp };
const step = z.int().min(0);

/** A run's history: numbered from 1 without gaps, stored before it is sent. */
export const RunEvent = z.discriminatedUnion('type', [
  z.object({
    ...event,
    type: z.literal('state'),
    state: RunState,
    queue_place: z.int().nullable(),
    error: ErrorBody.nullable(),
  }),
  z.object({
    ...event,
    type: z.literal('ready'),
    engine_version: z.string(),
    device: z.string(),
    threads: z.int(),
    trainable_parameters: z.number(),
    first_step: step,
    variants: z.record(z.string(), z.string()),
  }),
  z.object({
    ...event,
    type: z.literal('phase'),
    phase: z.enum(['tokenising', 'loading', 'preparing', 'evaluating', 'sampling', 'saving', 'answering']),
    fraction: z.number(),
  }),
  z.object({
    ...event,
    type: z.literal('step'),
    step,
    steps: step,
    loss: z.number(),
    learning_rate: z.number(),
    gradient_norm: z.number(),
    tokens: z.int(),
    answer_tokens: z.int(),
    tokens_per_second: z.number(),
    memory: z.number(),
    peak_memory: z.number(),
    seconds_left: z.number().nullable(),
  }),
  z.object({ ...event, type: z.literal('held_out'), step, loss: z.number() }),
  z.object({ ...event, type: z.literal('checkpoint'), step }),
  z.object({ ...event, type: z.literal('samples'), ...Samples.shape }),
  z.object({ ...event, type: z.literal('evaluation'), evaluation: Evaluation }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

export const RunList = z.object({ runs: z.array(Run), total: z.int() });
export const RunListQuery = Page.extend({ state: RunState.optional() });

/** Without any of these all steps come at once, however many. */
export const RunMetricsQuery = z.object({
  /** Only steps above this one. */
  above: z.coerce.number().int().min(-1).optional(),
  /** At most so many steps. */
  limit: z.coerce.number().int().min(1).optional(),
  /** As they were after this event, so that all pages are of one moment. */
  last_event: z.coerce.number().int().min(0).optional(),
});

/** One value a step, columns of equal length, for charts. */
export const RunMetrics = z.object({
  step: z.array(z.int()),
  loss: z.array(z.number()),
  learning_rate: z.array(z.number()),
  gradient_norm: z.array(z.number()),
  tokens_per_second: z.array(z.number()),
  memory: z.array(z.number()),
  held_out: z.object({ step: z.array(z.int()), loss: z.array(z.number()) }),
  /** Steps at which a checkpoint was written. */
  checkpoints: z.array(z.int()),
  /** Number of the last event that is in here; the events after it go on from this without a gap. */
  last_event: z.int(),
  /** There are steps after these: the next page has those above the last one, with the same `last_event`. */
  more: z.boolean(),
});
export type RunMetrics = z.infer<typeof RunMetrics>;
