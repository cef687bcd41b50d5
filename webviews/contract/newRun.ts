import * as z from 'zod';
import { Failure } from './failure.ts';
import { FlatSettings, Problem } from './training.ts';

export const BaseChoice = z.object({
  name: z.string(),
  bytes: z.int(),
  parameters: z.number(),
  file_type: z.string(),
  context_length: z.int(),
  licence: z.string().optional(),
  /** Why it cannot be trained; null: it can. */
  refusal: z.string().nullable(),
});
export type BaseChoice = z.infer<typeof BaseChoice>;

export const DatasetChoice = z.object({ name: z.string(), version: z.int(), rows: z.int() });
export type DatasetChoice = z.infer<typeof DatasetChoice>;

export const Recommended = z.object({
  path: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  reason: z.string(),
});
export type Recommended = z.infer<typeof Recommended>;

/** As far as the page shows it, the backend's own pre-flight; a test holds the two together. */
export const Measured = z.object({
  seconds_per_step: z.number(),
  evaluation_seconds: z.number(),
  answering_seconds: z.number(),
  estimated_seconds: z.number(),
  peak_memory: z.number(),
  machine_memory: z.number(),
  disk_bytes: z.number(),
  disk_free: z.number(),
  tokens_per_second: z.number(),
  steps: z.int(),
  train_rows: z.int(),
  held_out_rows: z.int(),
  device: z.string(),
  measured_at: z.iso.datetime(),
  earlier: z.boolean(),
});
export type Measured = z.infer<typeof Measured>;

export const Effort = z.enum(['quick', 'balanced', 'careful']);
export type Effort = z.infer<typeof Effort>;

export const NewRunToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('choices'), bases: z.array(BaseChoice), datasets: z.array(DatasetChoice) }),
  /** `revision` is that of the edit that this answers; an older one than the page's last is out of date. */
  z.object({
    type: z.literal('recipe'),
    revision: z.int(),
    yaml: z.string(),
    /** With all defaults; null where it has problems. */
    settings: FlatSettings.nullable(),
    problems: z.array(Problem),
  }),
  z.object({ type: z.literal('recommended'), effort: Effort, settings: z.array(Recommended) }),
  z.object({ type: z.literal('measured'), yaml: z.string(), measured: Measured }),
  /** Something is being trained; it is measured when that is done. Told again while it lasts. */
  z.object({ type: z.literal('waiting'), run: z.string().nullable(), seconds_left: z.number().nullable() }),
  z.object({
    type: z.literal('failure'),
    during: z.enum(['open', 'edit', 'recommend', 'measure', 'start', 'save']),
    failure: Failure,
  }),
  z.object({ type: z.literal('started') }),
]);
export type NewRunToPage = z.infer<typeof NewRunToPage>;

export const RecipeChange = z.object({
  path: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
});
export type RecipeChange = z.infer<typeof RecipeChange>;

export const NewRunToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('edit'), revision: z.int(), yaml: z.string(), changes: z.array(RecipeChange) }),
  z.object({
    type: z.literal('recommend'),
    base: z.string(),
    dataset: z.string(),
    method: z.enum(['lora', 'full']),
    effort: Effort,
  }),
  z.object({ type: z.literal('measure'), yaml: z.string() }),
  z.object({ type: z.literal('stopMeasuring') }),
  z.object({ type: z.literal('start'), yaml: z.string() }),
  z.object({ type: z.literal('save'), yaml: z.string() }),
  z.object({ type: z.literal('import'), what: z.enum(['base', 'dataset', 'tutorial']) }),
]);
export type NewRunToHost = z.infer<typeof NewRunToHost>;

/** What the page keeps over a reload of the window, and what it is opened with. */
export const NewRunPageState = z.object({ yaml: z.string(), effort: Effort.default('balanced') });
export type NewRunPageState = z.infer<typeof NewRunPageState>;
