/** Work on data sets that may take long: it goes on whoever waits for it, can be cancelled, and outlives the backend. */
import * as z from 'zod';
import { Name, Timestamp } from './common.ts';
import { Dataset, DatasetImported } from './dataset.ts';
import { ErrorBody } from './run.ts';

/** Held out: so many rows, or such a share of them. */
export const DatasetSplit = z
  .strictObject({
    share: z.number().gt(0).lt(1).optional(),
    rows: z.int().min(1).optional(),
    /** Which rows are chosen; the same seed chooses the same ones. */
    seed: z.int().min(0).default(0),
    /** Absent: the name of the data set with "-train" and "-held-out". */
    train_name: Name.optional(),
    held_out_name: Name.optional(),
  })
  .refine(({ share, rows }) => share === undefined || rows === undefined, {
    message: 'share and rows exclude each other',
    path: ['share'],
  });
export type DatasetSplit = z.output<typeof DatasetSplit>;

export const DatasetSplitDone = z.object({
  train: Dataset,
  held_out: Dataset,
  /** Rows that say nearly the same as another one: they went to the same side. */
  near_duplicates: z.int().min(0),
});
export type DatasetSplitDone = z.infer<typeof DatasetSplitDone>;

export const DatasetJobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type DatasetJobState = z.infer<typeof DatasetJobState>;

export const DatasetJobProgress = z.object({
  /** Of `total`: bytes of the file at an import, rows twice over at a split. */
  done: z.number().min(0),
  total: z.number().min(0),
  /** Good rows so far. */
  rows: z.int().min(0),
  problems: z.int().min(0),
  /** Null while it is not known yet. */
  seconds_left: z.number().min(0).nullable(),
});
export type DatasetJobProgress = z.infer<typeof DatasetJobProgress>;

export const DatasetJob = z.object({
  id: z.string(),
  kind: z.enum(['import', 'split']),
  /** The file's name at an import, the data set's at a split. */
  subject: z.string(),
  state: DatasetJobState,
  /** Null where it does not run. */
  progress: DatasetJobProgress.nullable(),
  /** Why it failed. */
  error: ErrorBody.nullable(),
  /** What came of it. */
  imported: DatasetImported.nullable(),
  split: DatasetSplitDone.nullable(),
  created_at: Timestamp,
  ended_at: Timestamp.nullable(),
});
export type DatasetJob = z.infer<typeof DatasetJob>;

export const DatasetJobQuery = z.object({
  /** The answer waits for the end, but at most so many ms. */
  wait: z.coerce.number().int().min(0).max(30_000).default(0),
});

/** An absolute path on this machine. A file that is there is replaced only where that is said. */
export const DatasetExport = z.strictObject({ path: z.string().min(1), overwrite: z.boolean().default(false) });
export const DatasetExported = z.object({ path: z.string(), rows: z.int(), bytes: z.int() });
