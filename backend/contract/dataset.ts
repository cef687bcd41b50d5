import * as z from 'zod';
import { ContentHash, Name, Page, Timestamp } from './common.ts';

export const MessageRole = z.enum(['system', 'user', 'assistant', 'tool']);

/** A call as the assistant makes it. OpenAI's shape, but the arguments are the object itself, as chat templates take it. */
export const ToolCall = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) }),
});
export type ToolCall = z.infer<typeof ToolCall>;

/** A function that the model may call: OpenAI's shape, with name, description and a JSON Schema as parameters. */
export const ToolDefinition = z.strictObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1) }),
});
export type ToolDefinition = z.infer<typeof ToolDefinition>;

/** `tool`: what a tool answered to the calls before it. Only the assistant makes calls; its content may then be empty. */
export const ChatMessage = z.strictObject({
  role: MessageRole,
  content: z.string(),
  tool_calls: z.array(ToolCall).min(1).optional(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** One training row, whatever shape it was imported from. An instruction-output pair becomes a user and an assistant message. */
export const DatasetRow = z.strictObject({
  messages: z.array(ChatMessage).min(1),
  /** What the model is told that it may call. */
  tools: z.array(ToolDefinition).min(1).optional(),
});
export type DatasetRow = z.infer<typeof DatasetRow>;

export const DatasetFormat = z.enum(['jsonl', 'json', 'csv']);
export type DatasetFormat = z.infer<typeof DatasetFormat>;

/** Something wrong at one place of the file. Line and column count from 1, the column in characters. */
export const ImportProblem = z.object({
  /** A code of the error table. */
  code: z.string(),
  message: z.string(),
  line: z.int().min(1),
  column: z.int().min(1).optional(),
  /** The beginning of the row as it stands in the file. */
  excerpt: z.string().optional(),
});
export type ImportProblem = z.infer<typeof ImportProblem>;

/** What is noticed about all rows of a version without a model, in short. */
export const DatasetDigest = z.object({
  /** Rows that contradict another, or whose answer is the question. */
  problems: z.int().min(0),
  /** Rows that an earlier one says already. */
  duplicates: z.int().min(0),
  /** Rows by language as their script and commonest words show it. */
  languages: z.object({ en: z.int(), ja: z.int(), other: z.int() }),
});
export type DatasetDigest = z.infer<typeof DatasetDigest>;

/** A version is immutable and named by the hash of its normalised rows. Importing under a name that exists makes the next version. */
export const Dataset = z.object({
  id: z.string(),
  name: Name,
  version: z.int().min(1),
  hash: ContentHash,
  format: DatasetFormat,
  /** File name of the source, without its folder. */
  source: z.string(),
  rows: z.int().min(1),
  /** Bytes of the normalised rows. */
  bytes: z.int(),
  /** Rows left out because the user said that only the good ones are to be taken. */
  skipped_rows: z.int().min(0),
  /** Problems that were found at the import; see the route of problems for where and why. */
  problem_count: z.int().min(0),
  created_at: Timestamp,
  /** Absent: nobody has looked at the rows yet. */
  digest: DatasetDigest.optional(),
});
export type Dataset = z.infer<typeof Dataset>;

const ImportOptions = z.strictObject({
  /** Absent: the file name without its extension. */
  name: Name.optional(),
  /** Absent: by extension, else by content. */
  format: DatasetFormat.optional(),
  /** Take the good rows where others are broken, and list the broken ones. */
  skip_broken: z.stringbool().or(z.boolean()).default(false),
});

/** Body of an import by path. The path is absolute and on this machine. */
export const DatasetImport = ImportOptions.extend({ path: z.string().min(1) });
export type DatasetImport = z.infer<typeof DatasetImport>;

/** Query of an import by upload; the body is the file itself. */
export const DatasetUpload = ImportOptions.extend({ filename: z.string().min(1).max(255) });

export const DatasetImported = z.object({
  dataset: Dataset,
  /** True where the same rows were there already under this name: no new version was made. */
  unchanged: z.boolean(),
  /** The first 100 problems of the rows that were left out. */
  problems: z.array(ImportProblem),
  /** Of all problems. */
  problem_count: z.int().min(0),
});
export type DatasetImported = z.infer<typeof DatasetImported>;

/** What was wrong with the file that a data set, or the version it was edited from, was imported from. */
export const DatasetProblems = z.object({
  problems: z.array(ImportProblem),
  /** Problems that were kept: the first ten thousand, and none of an import by an older version of Tatara. */
  kept: z.int().min(0),
  total: z.int().min(0),
});
export type DatasetProblems = z.infer<typeof DatasetProblems>;

export const DatasetRowsQuery = Page;
export const DatasetRows = z.object({
  rows: z.array(z.object({ index: z.int(), row: DatasetRow })),
  total: z.int(),
});
