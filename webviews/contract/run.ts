import * as z from 'zod';
import { Failure } from './failure.ts';
import { Answer, FlatSettings, Metrics, RunState, Verdict } from './training.ts';

export const RunView = z.object({
  id: z.string(),
  name: z.string(),
  state: RunState,
  base: z.object({ name: z.string(), hash: z.string() }),
  dataset: z.object({ name: z.string(), version: z.int(), hash: z.string() }),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  queue_place: z.int().nullable(),
  step: z.int(),
  steps: z.int(),
  seconds_left: z.number().nullable(),
  train_loss: z.number().nullable(),
  held_out_loss: z.number().nullable(),
  checkpoint_step: z.int().nullable(),
  engine_version: z.string().nullable(),
  device: z.string().nullable(),
  settings: FlatSettings,
  failure: Failure.nullable(),
  /** What came out; null: nothing yet, or it was deleted. */
  adapter: z.object({ name: z.string(), bytes: z.int() }).nullable(),
  /** Its adapter is asked where no model is named. */
  is_default: z.boolean(),
  /** Whose checkpoint it began with. */
  continued_from: z.object({ name: z.string(), step: z.int() }).nullable(),
  verdict: Verdict.nullable(),
  /** Held-out loss of base and tuned model, where it was measured. */
  losses: z.object({ base: z.number(), tuned: z.number() }).nullable(),
  answers: z.array(Answer),
});
export type RunView = z.infer<typeof RunView>;

/** A few held-out questions, answered at a step. */
export const Samples = z.object({
  step: z.int().min(0),
  answers: z.array(Answer),
  left_out: z.enum(['memory', 'time', 'failed']).nullable(),
});
export type Samples = z.infer<typeof Samples>;

export const Checkpoint = z.object({
  step: z.int().min(0),
  held_out_loss: z.number().nullable(),
  best: z.boolean(),
  /** Where the run goes on when it is resumed. */
  last: z.boolean(),
  bytes: z.number(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const Phase = z.enum(['tokenising', 'loading', 'preparing', 'evaluating', 'sampling', 'saving', 'answering']);
export type Phase = z.infer<typeof Phase>;

export const RunToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: RunView }),
  /** All that was until now; what the page had before is forgotten. */
  z.object({ type: z.literal('metrics'), metrics: Metrics }),
  /** What came since. Steps that were there already are replaced, with all after them. */
  z.object({ type: z.literal('more'), metrics: Metrics }),
  /** All that were asked until now; what the page had before is forgotten. */
  z.object({ type: z.literal('samples'), samples: z.array(Samples) }),
  z.object({ type: z.literal('sample'), sample: Samples }),
  /** Those that are kept now. */
  z.object({ type: z.literal('checkpoints'), checkpoints: z.array(Checkpoint) }),
  /** The run goes on from a checkpoint: this step and all after it are made again. */
  z.object({ type: z.literal('restart'), firstStep: z.int() }),
  /** Null: none of these is going on, it trains or rests. */
  z.object({ type: z.literal('phase'), phase: Phase.nullable(), fraction: z.number() }),
  z.object({ type: z.literal('failure'), failure: Failure }),
  /** There is no backend to ask any more: what is shown is as it was last. */
  z.object({ type: z.literal('lost') }),
  /** The run is gone. */
  z.object({ type: z.literal('gone') }),
]);
export type RunToPage = z.infer<typeof RunToPage>;

export const RunToHost = z.discriminatedUnion('type', [
  /** The page shows itself and wants everything; sent again to try once more after a failure. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('showLog') }),
  z.object({
    type: z.literal('do'),
    action: z.enum([
      'pause',
      'stop',
      'resume',
      'again',
      'makeDefault',
      'chat',
      'export',
      'compare',
      'recipe',
      'origin',
    ]),
  }),
  z.object({ type: z.literal('checkpoint'), action: z.enum(['chat', 'continue', 'export']), step: z.int() }),
  /** `data` is base64 of a PNG image. */
  z.object({ type: z.literal('savePng'), data: z.string().max(50_000_000) }),
  z.object({ type: z.literal('saveCsv'), text: z.string().max(100_000_000) }),
  z.object({ type: z.literal('copy'), text: z.string().max(1_000_000) }),
]);
export type RunToHost = z.infer<typeof RunToHost>;
export type RunAction = Extract<RunToHost, { type: 'do' }>['action'];
export type CheckpointAction = Extract<RunToHost, { type: 'checkpoint' }>['action'];

/** What a page keeps over a reload of the window. */
export const RunPageState = z.object({
  runId: z.string(),
  smoothing: z.number().min(0).max(0.99).default(0.6),
  logScale: z.boolean().default(false),
  answers: z.enum(['all', 'changed', 'wrong']).default('all'),
  /** The step whose answers are looked at; null: always the newest. */
  answersAt: z.int().nullable().default(null),
});
export type RunPageState = z.infer<typeof RunPageState>;
