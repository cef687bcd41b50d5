/** Looking at a data set: rows that were searched and sorted, what is noticed about them, and how a model reads them. */
import * as z from 'zod';
import { Page } from './common.ts';
import { Dataset, DatasetRow } from './dataset.ts';

/**
 * `duplicate`: an earlier row says the same, but for case, width and white space. `contradiction`: another row asks the
 * same and is answered otherwise. `echo`: the answer is the question. `unreadable`: the base model cannot spell it.
 * `long`: more tokens than the context holds.
 */
export const RowNotice = z.enum(['duplicate', 'contradiction', 'echo', 'unreadable', 'long']);
export type RowNotice = z.infer<typeof RowNotice>;

/** `problems`: contradictions, echoes and unreadable rows. */
export const RowFilter = z.enum(['all', 'problems', 'duplicates', 'long']);
export type RowFilter = z.infer<typeof RowFilter>;

const Reading = {
  /** Name or id of the base model whose tokens are counted; absent: none are. */
  base: z.string().min(1).optional(),
  /** Tokens that a row may have; absent: what the base was trained for. */
  context: z.coerce.number().int().min(1).optional(),
};

export const DatasetViewQuery = Page.extend({
  ...Reading,
  /** Every word must stand somewhere in the row; case and width do not matter. */
  search: z.string().max(500).optional(),
  filter: RowFilter.default('all'),
  /** `length`: tokens where a base is named, else characters. */
  sort: z.enum(['index', 'length']).default('index'),
  order: z.enum(['ascending', 'descending']).default('ascending'),
});

export const ViewedRow = z.object({
  /** Place in the data set, from 0. */
  index: z.int(),
  row: DatasetRow,
  characters: z.int(),
  /** Null where no base was named, or where it cannot read the row. */
  tokens: z.int().nullable(),
  notices: z.array(RowNotice),
  /** The first row that says the same. */
  duplicate_of: z.int().nullable(),
});
export type ViewedRow = z.infer<typeof ViewedRow>;

export const DatasetView = z.object({
  rows: z.array(ViewedRow),
  matching: z.int(),
  total: z.int(),
  /** False where rows were given before all had been read: tokens and notices are not known yet. Statistics wait for them. */
  noticed: z.boolean(),
});
export type DatasetView = z.infer<typeof DatasetView>;

export const DatasetStatisticsQuery = z.object(Reading);

export const DatasetStatistics = z.object({
  rows: z.int(),
  messages: z.int(),
  characters: z.int(),
  /** Null where no base was named. */
  tokens: z.int().nullable(),
  context: z.int().nullable(),
  /** Of the lengths of rows, in `unit`; `counts[i]` rows have more than `i * width` and at most `(i + 1) * width`. */
  lengths: z.object({
    unit: z.enum(['tokens', 'characters']),
    width: z.int().min(1),
    counts: z.array(z.int()),
    median: z.int(),
    longest: z.int(),
  }),
  notices: z.object({
    duplicate: z.int(),
    contradiction: z.int(),
    echo: z.int(),
    unreadable: z.int(),
    long: z.int(),
  }),
  /** Rows that each filter leaves. */
  filters: z.object({ all: z.int(), problems: z.int(), duplicates: z.int(), long: z.int() }),
  /** Rows by language as their script and commonest words show it. */
  languages: z.object({ en: z.int(), ja: z.int(), other: z.int() }),
});
export type DatasetStatistics = z.infer<typeof DatasetStatistics>;

export const RowTokensQuery = z.object({ row: z.coerce.number().int().min(0), base: z.string().min(1) });

/** A row as the model is trained on it. */
export const RowTokens = z.object({
  tokens: z.array(
    z.object({
      id: z.int(),
      /** Empty where the token is a part of a character that the tokens before it began. */
      text: z.string(),
      /** The model learns to say it; the rest is only read. */
      learned: z.boolean(),
      /** A token of the template that no text can spell. */
      control: z.boolean(),
    }),
  ),
});
export type RowTokens = z.infer<typeof RowTokens>;

/** Rows of one version to be replaced, or taken out where `row` is null; together they make the next version. */
export const DatasetEdit = z.strictObject({
  changes: z
    .array(z.strictObject({ index: z.int().min(0), row: DatasetRow.nullable() }))
    .min(1)
    .max(1000),
  /** Go on from this version even where a newer one has changed the same rows; what that one changed is then not in the next. */
  branch: z.boolean().default(false),
});
export type DatasetEdit = z.infer<typeof DatasetEdit>;

export const DatasetEdited = z.object({
  dataset: Dataset,
  unchanged: z.boolean(),
  /** Version that the rows were changed in: a newer one than was asked for where others had changed other rows. */
  onto: z.int(),
});
export type DatasetEdited = z.infer<typeof DatasetEdited>;
