import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as z from 'zod';
import type { Dataset, DatasetRow } from '../contract/dataset.ts';
import type {
  DatasetStatistics,
  DatasetView,
  DatasetViewQuery,
  RowFilter,
  ViewedRow,
} from '../contract/datasetView.ts';
import { TataraError } from '../contract/errors.ts';
import type { ModelFile, RowEncoder, RowEncoders } from '../training/ports.ts';
import { messageText } from './messageText.ts';
import { hasNotice, noticesOf, type ReadFacts } from './noticesOf.ts';
import { charactersOf, type RowFacts, RowFactsCollector } from './rowFacts.ts';
import { iterateRows, readRows } from './rows.ts';
import { SharedWork } from './sharedWork.ts';
import { summarise } from './summarise.ts';

/** The model that reads the rows, and how many tokens it can hold; null: unknown. */
export interface Reader {
  readonly file: ModelFile;
  readonly context: number | null;
}

export type ViewQuery = Omit<z.output<typeof DatasetViewQuery>, 'base' | 'context'>;

/** How long the event loop is kept before others get their turn, ms. */
const turn = 15;

/**
 * Data sets to look at. All rows are read once for their facts, which are kept; a page then needs only its own rows.
 * Throws `dataset_damaged`, and what opening the model throws.
 */
export class DatasetViews {
  readonly #directory: string;
  readonly #encoders: RowEncoders;
  readonly #facts = new SharedWork<RowFacts>(4);
  readonly #searches = new SharedWork<Uint8Array>(4);
  readonly #orders = new SharedWork<Uint32Array>(8);

  constructor(options: { readonly directory: string; readonly encoders: RowEncoders }) {
    this.#directory = options.directory;
    this.#encoders = options.encoders;
  }

  async view(dataset: Dataset, query: ViewQuery, reader: Reader | null, signal: AbortSignal): Promise<DatasetView> {
    const words = searchWords(query.search ?? '');
    const plain = words.length === 0 && query.filter === 'all' && query.sort === 'index';
    // Rows in their own order need not wait until all have been read.
    if (plain && this.#facts.peek(factsKey(dataset, reader)) === undefined) return this.#unread(dataset, query);
    const facts = await this.#read(dataset, reader, signal);
    const order = plain ? null : await this.#order(dataset, facts, query, words, signal);
    const matching = order?.length ?? dataset.rows;
    const count = Math.max(0, Math.min(query.limit, matching - query.offset));
    const place = (at: number): number => {
      const from = query.order === 'descending' ? matching - 1 - at : at;
      return order?.[from] ?? from;
    };
    const indices = Array.from({ length: count }, (_, at) => place(query.offset + at));
    const rows = await this.#rowsAt(dataset, indices);
    return {
      rows: indices.map((index, at) => viewed(index, rows[at]!, facts)),
      matching,
      total: dataset.rows,
      noticed: true,
    };
  }

  async #unread(dataset: Dataset, { offset, limit, order }: ViewQuery): Promise<DatasetView> {
    const count = Math.max(0, Math.min(limit, dataset.rows - offset));
    const first = order === 'descending' ? dataset.rows - offset - count : offset;
    const read = await readRows(this.#directory, dataset, first, count);
    const rows = read.map(({ index, row }) => {
      return { index, row, characters: charactersOf(row), tokens: null, notices: [], duplicate_of: null };
    });
    const total = dataset.rows;
    return { rows: order === 'descending' ? rows.reverse() : rows, matching: total, total, noticed: false };
  }

  async statistics(dataset: Dataset, reader: Reader | null, signal: AbortSignal): Promise<DatasetStatistics> {
    return summarise(await this.#read(dataset, reader, signal));
  }

  async row(dataset: Dataset, index: number): Promise<DatasetRow> {
    const [found] = await readRows(this.#directory, dataset, index, 1);
    if (!found) throw new TataraError('dataset_row_missing', { row: index + 1, dataset: dataset.name });
    return found.row;
  }

  async #read(dataset: Dataset, reader: Reader | null, signal: AbortSignal): Promise<ReadFacts> {
    const facts = await this.#facts.get(factsKey(dataset, reader), signal, async (giveUp) => {
      if (!reader) return this.#collect(dataset, null, giveUp);
      await using encoder = await this.#encoders.open(reader.file);
      return await this.#collect(dataset, encoder, giveUp);
    });
    return { ...facts, model: reader?.file.hash ?? null, context: reader?.context ?? null };
  }

  async #collect(dataset: Dataset, encoder: RowEncoder | null, signal: AbortSignal): Promise<RowFacts> {
    const collector = new RowFactsCollector(dataset.rows, encoder && ((row) => tokensOf(row, encoder)));
    await this.#each(dataset, signal, (row) => collector.add(row));
    return collector.finish();
  }

  /** Rows that pass, in ascending order. */
  async #order(
    dataset: Dataset,
    facts: ReadFacts,
    { filter, sort }: ViewQuery,
    words: readonly string[],
    signal: AbortSignal,
  ): Promise<Uint32Array> {
    const found = words.length === 0 ? null : await this.#search(dataset, words, signal);
    const key = [dataset.hash, facts.model, facts.context, filter, sort, ...words].join('\u0000');
    return await this.#orders.get(key, signal, async () => {
      const passing: number[] = [];
      for (let at = 0; at < facts.rows; at++) {
        if ((found === null || found[at] === 1) && passes(at, filter, facts)) passing.push(at);
      }
      const order = Uint32Array.from(passing);
      const lengths = facts.tokens ?? facts.characters;
      return sort === 'index' ? order : order.sort((a, b) => lengths[a]! - lengths[b]! || a - b);
    });
  }

  #search(dataset: Dataset, words: readonly string[], signal: AbortSignal): Promise<Uint8Array> {
    return this.#searches.get([dataset.hash, ...words].join('\u0000'), signal, async (giveUp) => {
      const found = new Uint8Array(dataset.rows);
      await this.#each(dataset, giveUp, ({ messages, tools }, at) => {
        const text = searchable(
          [...messages.map(messageText), ...(tools ?? []).map((tool) => tool.function.name)].join('\n'),
        );
        if (words.every((word) => text.includes(word))) found[at] = 1;
      });
      return found;
    });
  }

  async #each(dataset: Dataset, signal: AbortSignal, take: (row: DatasetRow, at: number) => void): Promise<void> {
    let at = 0;
    let since = performance.now();
    for await (const row of iterateRows(this.#directory, dataset)) {
      take(row, at++);
      if (performance.now() - since < turn) continue;
      await nextTurn();
      signal.throwIfAborted();
      since = performance.now();
    }
  }

  /** Neighbours are read together. */
  async #rowsAt(dataset: Dataset, indices: readonly number[]): Promise<DatasetRow[]> {
    const rows = new Map<number, DatasetRow>();
    const ascending = indices.toSorted((a, b) => a - b);
    for (let at = 0; at < ascending.length; ) {
      let end = at + 1;
      while (end < ascending.length && ascending[end]! - ascending[end - 1]! <= 4) end++;
      const first = ascending[at]!;
      const read = await readRows(this.#directory, dataset, first, ascending[end - 1]! - first + 1);
      for (const { index, row } of read) rows.set(index, row);
      at = end;
    }
    return indices.map((index) => rows.get(index)!);
  }
}

function factsKey(dataset: Dataset, reader: Reader | null): string {
  return `${dataset.hash} ${reader?.file.hash ?? ''}`;
}

function viewed(index: number, row: DatasetRow, facts: ReadFacts): ViewedRow {
  const first = facts.duplicateOf[index]!;
  return {
    index,
    row,
    characters: facts.characters[index]!,
    tokens: facts.tokens?.[index] || null,
    notices: noticesOf(index, facts),
    duplicate_of: first < 0 ? null : first,
  };
}

function passes(at: number, filter: RowFilter, facts: ReadFacts): boolean {
  if (filter === 'all') return true;
  if (filter === 'duplicates') return hasNotice.duplicate(at, facts);
  if (filter === 'long') return hasNotice.long(at, facts);
  return hasNotice.contradiction(at, facts) || hasNotice.echo(at, facts) || hasNotice.unreadable(at, facts);
}

/** 0 where the template or the vocabulary refuses the row: the notice `unreadable` says so, and the others still count. */
function tokensOf(row: DatasetRow, encoder: RowEncoder): number {
  try {
    return encoder.encode(row).tokens.length;
  } catch (error) {
    if (error instanceof TataraError) return 0;
    throw error;
  }
}

function searchWords(search: string): string[] {
  return searchable(search)
    .split(/\s+/u)
    .filter((word) => word !== '');
}

function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
