/** What the pages about training share. */
import * as z from 'zod';

export const Problem = z.object({ message: z.string(), line: z.int().optional(), path: z.string().optional() });
export type Problem = z.infer<typeof Problem>;

export const RunState = z.enum(['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']);
export type RunState = z.infer<typeof RunState>;

/** A setting's value by its path: `training.learning_rate`. */
export const FlatSettings = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
);
export type FlatSettings = z.infer<typeof FlatSettings>;

const Difference = z.object({
  base: z.number(),
  tuned: z.number(),
  change: z.number(),
  low: z.number(),
  high: z.number(),
});

/** Shares of 0 to 1. */
export const Verdict = z.object({
  kind: z.enum(['better', 'none', 'worse', 'forgot', 'unmeasured']),
  difference: Difference.nullable(),
  regression: Difference.nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Answer = z.object({
  question: z.string(),
  expected: z.string(),
  base: z.string(),
  tuned: z.string(),
  base_right: z.boolean(),
  tuned_right: z.boolean(),
});
export type Answer = z.infer<typeof Answer>;

export const metricNames = ['loss', 'learning_rate', 'gradient_norm', 'tokens_per_second', 'memory'] as const;
export type MetricName = (typeof metricNames)[number];

/** Columns by step, equally long. A loss that is no number travels as null. */
const Column = z.array(z.number().nullable());
export const Metrics = z.object({
  step: z.array(z.int()),
  loss: Column,
  learning_rate: Column,
  gradient_norm: Column,
  tokens_per_second: Column,
  memory: Column,
  held_out: z.object({ step: z.array(z.int()), loss: Column }),
  checkpoints: z.array(z.int()),
});
export type Metrics = z.infer<typeof Metrics>;
