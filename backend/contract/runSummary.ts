/** A run as lists show it: without its recipe and its answers, which are many. */
import * as z from 'zod';
import { Page, Timestamp } from './common.ts';
import { ErrorBody, type Run, RunState } from './run.ts';
import { shortVerdict, verdictKinds } from './verdict.ts';

/** What the answers have shown, and by how much: share of right answers, tuned minus base; null where none were held out. */
export const ShortVerdict = z.object({ kind: z.enum(verdictKinds), change: z.number().nullable() });
export type ShortVerdict = z.infer<typeof ShortVerdict>;

export const RunSummary = z.object({
  id: z.string(),
  name: z.string(),
  state: RunState,
  /** Names. */
  base: z.string(),
  dataset: z.string(),
  created_at: Timestamp,
  ended_at: Timestamp.nullable(),
  /** 1 is next; null where it is not queued. */
  queue_place: z.int().nullable(),
  step: z.int(),
  steps: z.int(),
  /** Null until it was measured. */
  seconds_left: z.number().nullable(),
  train_loss: z.number().nullable(),
  held_out_loss: z.number().nullable(),
  error: ErrorBody.nullable(),
  /** Null: not evaluated. */
  verdict: ShortVerdict.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const RunSummaryQuery = Page.extend({
  /** One of them, or several with commas between: `queued,running`. */
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(RunState).min(1))
    .optional(),
});
export const RunSummaryList = z.object({ runs: z.array(RunSummary), total: z.int() });

export function summaryOf({ base, dataset, evaluation, ...run }: Run): RunSummary {
  const verdict = evaluation && shortVerdict(evaluation);
  return RunSummary.parse({ ...run, base: base.name, dataset: dataset.name, verdict });
}
