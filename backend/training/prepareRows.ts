import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset, DatasetRow } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { Recipe } from '../contract/recipe.ts';
import { rowKey } from '../datasets/rowKey.ts';
import { rowLimit } from './planRun.ts';
import type { ModelFile, RowEncoder, RowEncoders, TokenFileWriter } from './ports.ts';
import { chooseHeldOut } from './splitRows.ts';

export interface RowSource {
  /** All rows of a data set in their order. Throws `dataset_damaged` where they are not what was imported. */
  rows(dataset: Dataset): AsyncIterable<DatasetRow>;
}

export interface PrepareOptions {
  readonly recipe: Recipe;
  readonly base: ModelFile;
  /** Tokens that the base was trained for; 0 where its file does not say. */
  readonly baseContext: number;
  readonly dataset: Dataset;
  readonly heldOutDataset: Dataset | null;
  readonly source: RowSource;
  readonly encoders: RowEncoders;
  readonly train: TokenFileWriter;
  readonly heldOut: TokenFileWriter;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

export interface PreparedRows {
  readonly skippedRows: number;
}

/** How long the event loop is kept before others get their turn, ms. */
const turn = 15;

/**
 * Splits, encodes and writes the rows that a run trains on and those that it is measured on. Row numbers in errors
 * count from 1. Throws `row_too_long`, `row_without_answer_tokens`, `no_training_rows`, or the signal's reason.
 */
export async function prepareRows(options: PrepareOptions): Promise<PreparedRows> {
  const { recipe, base, baseContext, dataset, heldOutDataset, source, encoders, train, heldOut, signal } = options;
  options.onProgress(0);
  const split = await splitOf(options);
  const limit = rowLimit(recipe.training.context_length, baseContext === 0 ? Number.POSITIVE_INFINITY : baseContext);
  const total = dataset.rows + (heldOutDataset?.rows ?? 0);
  let done = 0;
  let skippedRows = 0;
  let since = performance.now();
  await using encoder = await encoders.open(base);

  const write = async (from: Dataset, choose: (row: DatasetRow) => TokenFileWriter | null) => {
    let number = 0;
    for await (const row of source.rows(from)) {
      number++;
      const writer = choose(row);
      if (writer !== null && !add(row, number, from, writer, encoder)) skippedRows++;
      done++;
      if (performance.now() - since < turn) continue;
      options.onProgress(done / total);
      await nextTurn();
      signal.throwIfAborted();
      since = performance.now();
    }
  };

  const add = (row: DatasetRow, number: number, from: Dataset, writer: TokenFileWriter, encoding: RowEncoder) => {
    const encoded = encoding.encode(row);
    const details = { row: number, dataset: from.name };
    if (!encoded.answer.includes(true)) throw new TataraError('row_without_answer_tokens', details);
    if (encoded.tokens.length <= limit) {
      writer.add(encoded);
      return true;
    }
    if (recipe.training.long_rows === 'skip') return false;
    throw new TataraError('row_too_long', { ...details, tokens: encoded.tokens.length, limit });
  };

  await write(dataset, (row) => split.sideOf(row, train, heldOut));
  if (heldOutDataset) await write(heldOutDataset, () => heldOut);
  options.onProgress(1);
  if (train.rows === 0) {
    const counts = { rows: dataset.rows, held_out: heldOut.rows, skipped: skippedRows };
    throw new TataraError('no_training_rows', { dataset: dataset.name, ...counts });
  }
  return { skippedRows };
}

type SplitOptions = Pick<PrepareOptions, 'recipe' | 'dataset' | 'heldOutDataset' | 'source' | 'signal'>;

interface Split {
  /** Rows of the data set that also stand in the held-out data set are on neither side. */
  sideOf<T>(row: DatasetRow, train: T, heldOut: T): T | null;
}

async function splitOf({ recipe, dataset, heldOutDataset, source, signal }: SplitOptions): Promise<Split> {
  if (heldOutDataset) {
    const shown = new Set(await keysOf(source.rows(heldOutDataset), signal));
    return { sideOf: (row, train) => (shown.has(rowKey(row)) ? null : train) };
  }
  const share = recipe.evaluation.held_out;
  if (share === 0) return { sideOf: (_row, train) => train };
  const chosen = chooseHeldOut(await keysOf(source.rows(dataset), signal), share, recipe.seed);
  return { sideOf: (row, train, heldOut) => (chosen.has(rowKey(row)) ? heldOut : train) };
}

async function keysOf(rows: AsyncIterable<DatasetRow>, signal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  let since = performance.now();
  for await (const row of rows) {
    keys.push(rowKey(row));
    if (performance.now() - since < turn) continue;
    await nextTurn();
    signal.throwIfAborted();
    since = performance.now();
  }
  return keys;
}

/** The first rows that a run is measured on: the very ones that were held out, or those of the set that was named. */
export async function heldOutRows(options: SplitOptions, most: number): Promise<DatasetRow[]> {
  const { dataset, heldOutDataset, source } = options;
  const split = heldOutDataset ? null : await splitOf(options);
  const rows: DatasetRow[] = [];
  const seen = new Set<string>();
  for await (const row of source.rows(heldOutDataset ?? dataset)) {
    if (rows.length >= most) break;
    if (split && split.sideOf(row, 'train', 'heldOut') !== 'heldOut') continue;
    const key = rowKey(row);
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push(row);
  }
  return rows;
}
