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
  verdict: Verdict.nullable(),
  /** Held-out loss of base and tuned model, where it was measured. */
  losses: z.object({ base: z.number(), tuned: z.number() }).nullable(),
  answers: z.array(Answer),
});
export type RunView = z.infer<typeof RunView>;

export const Phase = z.enum(['tokenising', 'loading', 'preparing', 'evaluating', 'sampling', 'saving', 'answering']);
export type Phase = z.infer<typeof Phase>;

export const RunToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: RunView }),
  /** All that was until now; what the page had before is forgotten. */
  z.object({ type: z.literal('metrics'), metrics: Metrics }),
  /** What came since. Steps that were there already are replaced, with all after them. */
  z.object({ type: z.literal('more'), metrics: Metrics }),
  /** The run goes on from a checkpoint: this step and all after it are made again. */
  z.object({ type: z.literal('restart'), firstStep: z.int() }),
  /** Null: none of these is going on, it trains or rests. */
  z.object({ type: z.literal('phase'), phase: Phase.nullable(), fraction: z.number() }),
  z.object({ type: z.literal('failure'), failure: Failure }),
  /** The run is gone. */
  z.object({ type: z.literal('gone') }),
]);
export type RunToPage = z.infer<typeof RunToPage>;

export const RunToHost = z.discriminatedUnion('type', [
  /** The page shows itself and wants everything; sent again to try once more after a failure. */
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('do'),
    action: z.enum(['pause', 'stop', 'resume', 'again', 'chat', 'export', 'compare', 'recipe']),
  }),
  /** `data` is base64 of a PNG image. */
  z.object({ type: z.literal('savePng'), data: z.string().max(50_000_000) }),
  z.object({ type: z.literal('saveCsv'), text: z.string().max(100_000_000) }),
  z.object({ type: z.literal('copy'), text: z.string().max(1_000_000) }),
]);
export type RunToHost = z.infer<typeof RunToHost>;
export type RunAction = Extract<RunToHost, { type: 'do' }>['action'];

/** What a page keeps over a reload of the window. */
export const RunPageState = z.object({
  runId: z.string(),
  smoothing: z.number().min(0).max(0.99).default(0.6),
  logScale: z.boolean().default(false),
  answers: z.enum(['all', 'changed', 'wrong']).default('all'),
});
export type RunPageState = z.infer<typeof RunPageState>;
