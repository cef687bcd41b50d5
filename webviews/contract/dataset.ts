import * as z from 'zod';
import { Failure } from './failure.ts';

const index = z.int().min(0);
const Call = z.object({
  type: z.literal('function'),
  function: z.object({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) }),
});
export const Tool = z.object({ type: z.literal('function'), function: z.looseObject({ name: z.string().min(1) }) });
export type Tool = z.infer<typeof Tool>;
export const RowMessage = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  /** What the assistant calls; its content may then be empty. */
  tool_calls: z.array(Call).min(1).optional(),
});
export type RowMessage = z.infer<typeof RowMessage>;

export const RowFilter = z.enum(['all', 'problems', 'duplicates', 'long']);
export type RowFilter = z.infer<typeof RowFilter>;
export const RowNotice = z.enum(['duplicate', 'contradiction', 'echo', 'unreadable', 'long']);
export type RowNotice = z.infer<typeof RowNotice>;

/** What is looked for, and in which order. */
export const RowQuestion = z.object({
  search: z.string().max(500),
  filter: RowFilter,
  sort: z.enum(['index', 'length']),
  order: z.enum(['ascending', 'descending']),
  /** Id of the base model that reads the rows; null: none does. */
  base: z.string().nullable(),
});
export type RowQuestion = z.infer<typeof RowQuestion>;

export const DatasetPageState = z.object({
  datasetId: z.string(),
  question: RowQuestion.optional(),
  /** Place of the open row in the data set. */
  open: index.nullable().optional(),
  tab: z.enum(['edit', 'model']).optional(),
});
export type DatasetPageState = z.infer<typeof DatasetPageState>;

export const DatasetInfo = z.object({
  id: z.string(),
  name: z.string(),
  version: z.int(),
  rows: z.int(),
  source: z.string(),
  /** Rows that were left out at the import. */
  skipped: z.int(),
  /** Problems of the import, and how many of them are known with their places. */
  problems: z.object({ total: z.int(), kept: z.int() }),
  /** A version after this one; null: this is the newest. */
  newer: z.object({ id: z.string(), version: z.int() }).nullable(),
  /** Base models that can read the rows, newest first. */
  models: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type DatasetInfo = z.infer<typeof DatasetInfo>;

/** Something wrong at one place of the imported file. */
export const ImportProblem = z.object({
  message: z.string(),
  line: z.int(),
  column: z.int().optional(),
  excerpt: z.string().optional(),
});
export type ImportProblem = z.infer<typeof ImportProblem>;

const SplitSide = z.object({ id: z.string(), name: z.string(), rows: z.int() });

export const RowContent = z.object({ messages: z.array(RowMessage), tools: z.array(Tool).min(1).optional() });
export type RowContent = z.infer<typeof RowContent>;

export const TableRow = z.object({
  index,
  row: RowContent,
  characters: z.int(),
  tokens: z.int().nullable(),
  notices: z.array(RowNotice),
  duplicate_of: z.int().nullable(),
});
export type TableRow = z.infer<typeof TableRow>;

export const Statistics = z.object({
  rows: z.int(),
  messages: z.int(),
  characters: z.int(),
  tokens: z.int().nullable(),
  context: z.int().nullable(),
  lengths: z.object({
    unit: z.enum(['tokens', 'characters']),
    width: z.int(),
    counts: z.array(z.int()),
    median: z.int(),
    longest: z.int(),
  }),
  filters: z.object({ all: z.int(), problems: z.int(), duplicates: z.int(), long: z.int() }),
  languages: z.object({ en: z.int(), ja: z.int(), other: z.int() }),
});
export type Statistics = z.infer<typeof Statistics>;

export const Token = z.object({ id: z.int(), text: z.string(), learned: z.boolean(), control: z.boolean() });
export type Token = z.infer<typeof Token>;

export const DatasetToPage = z.discriminatedUnion('type', [
  /** `undone`: it is the version before an edit that was taken back. */
  z.object({ type: z.literal('dataset'), dataset: DatasetInfo, undone: z.boolean().optional() }),
  /** The rows from `offset` of the answer to question number `question`. */
  z.object({
    type: z.literal('rows'),
    question: z.int(),
    offset: index,
    rows: z.array(TableRow),
    matching: z.int(),
    /** False: tokens and notices come with the statistics. */
    noticed: z.boolean(),
  }),
  z.object({ type: z.literal('statistics'), question: z.int(), statistics: Statistics }),
  z.object({ type: z.literal('tokens'), row: index, tokens: z.array(Token) }),
  /** An edit was stored: the page goes on with the new version. `undo`: the version before, where it can be taken back. */
  z.object({ type: z.literal('edited'), dataset: DatasetInfo, undo: z.string().nullable() }),
  z.object({ type: z.literal('problems'), offset: index, problems: z.array(ImportProblem) }),
  /** How far a split is; `share` null: not known yet. */
  z.object({ type: z.literal('splitting'), share: z.number().nullable(), secondsLeft: z.number().nullable() }),
  /** `near`: rows that went where a similar one is. Both sides null: it was cancelled. */
  z.object({
    type: z.literal('split'),
    made: z.object({ train: SplitSide, heldOut: SplitSide, near: z.int() }).nullable(),
  }),
  z.object({ type: z.literal('exported'), rows: z.int(), path: z.string() }),
  z.object({
    type: z.literal('failure'),
    about: z.enum(['dataset', 'rows', 'statistics', 'tokens', 'edit', 'problems', 'split', 'export']),
    failure: Failure,
    /** The version that has changed the same row. */
    conflict: z.object({ id: z.string(), version: z.int() }).optional(),
  }),
]);
export type DatasetToPage = z.infer<typeof DatasetToPage>;

const datasetId = z.string().min(1);
export const DatasetToHost = z.discriminatedUnion('type', [
  /** The page shows itself and wants to know the data set; sent again to try once more after a failure. */
  z.object({ type: z.literal('ready'), datasetId }),
  z.object({
    type: z.literal('rows'),
    datasetId,
    question: z.int(),
    asked: RowQuestion,
    offset: index,
    limit: z.int().min(1).max(1000),
  }),
  z.object({ type: z.literal('statistics'), datasetId, question: z.int(), base: z.string().nullable() }),
  z.object({ type: z.literal('tokens'), datasetId, row: index, base: z.string() }),
  /** `content` null: the row is taken out, after the person has said yes. */
  z.object({
    type: z.literal('edit'),
    datasetId,
    row: index,
    content: RowContent.nullable(),
    /** Also where a newer version has changed the same row. */
    branch: z.boolean(),
  }),
  /** Takes the version back that an edit has just made. */
  z.object({ type: z.literal('undo'), datasetId, before: z.string() }),
  z.object({ type: z.literal('problems'), datasetId, offset: index }),
  z.object({
    type: z.literal('split'),
    datasetId,
    share: z.number().gt(0).lt(1),
    seed: z.int().min(0),
  }),
  z.object({ type: z.literal('cancelSplit'), datasetId }),
  z.object({ type: z.literal('export'), datasetId }),
  z.object({ type: z.literal('openDataset'), datasetId }),
  z.object({ type: z.literal('train'), datasetId }),
]);
export type DatasetToHost = z.infer<typeof DatasetToHost>;
