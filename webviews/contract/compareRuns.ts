import * as z from 'zod';
import { Failure } from './failure.ts';
import { FlatSettings, Metrics, RunState, Verdict } from './training.ts';

export const RunChoice = z.object({ id: z.string(), name: z.string(), state: RunState, created_at: z.string() });
export type RunChoice = z.infer<typeof RunChoice>;

export const ComparedRun = RunChoice.extend({
  settings: FlatSettings,
  base: z.string(),
  dataset: z.string(),
  /** Seconds that it ran; null: not ended. */
  seconds: z.number().nullable(),
  step: z.int(),
  train_loss: z.number().nullable(),
  held_out_loss: z.number().nullable(),
  verdict: Verdict.nullable(),
});
export type ComparedRun = z.infer<typeof ComparedRun>;

export const CompareToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('choices'), runs: z.array(RunChoice) }),
  z.object({ type: z.literal('run'), run: ComparedRun, metrics: Metrics }),
  /** The steps of a long run that come after those that were sent. */
  z.object({ type: z.literal('more'), id: z.string(), metrics: Metrics }),
  /** The run is gone, or could not be read. */
  z.object({ type: z.literal('gone'), id: z.string() }),
  z.object({ type: z.literal('failure'), failure: Failure }),
]);
export type CompareToPage = z.infer<typeof CompareToPage>;

export const CompareToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), ids: z.array(z.string()) }),
  z.object({ type: z.literal('read'), id: z.string() }),
  z.object({ type: z.literal('open'), id: z.string() }),
  z.object({ type: z.literal('saveCsv'), text: z.string().max(100_000_000) }),
  z.object({ type: z.literal('savePng'), data: z.string().max(50_000_000) }),
]);
export type CompareToHost = z.infer<typeof CompareToHost>;

export const ComparePageState = z.object({
  ids: z.array(z.string()),
  smoothing: z.number().min(0).max(0.99).default(0.6),
  logScale: z.boolean().default(false),
  heldOut: z.boolean().default(true),
});
export type ComparePageState = z.infer<typeof ComparePageState>;
