import type { FileHandle } from 'node:fs/promises';
import type { Language } from '../contract/common.ts';
import type { DatasetFormat } from '../contract/dataset.ts';
import { detectFormat } from './formats/detectFormat.ts';
import { type CsvHeader, readCsv } from './formats/readCsv.ts';
import { readJson } from './formats/readJson.ts';
import { readJsonl } from './formats/readJsonl.ts';
import type { FoundProblem } from './foundProblem.ts';
import { RowCollector } from './rowCollector.ts';
import type { RowSink } from './rowSink.ts';
import type { RowWriter } from './rowWriter.ts';
import { expectedColumns, findColumns } from './shapes/columns.ts';
import { guessEncoding } from './text/guessEncoding.ts';
import { sniffFile } from './text/sniffFile.ts';
import { TextFile } from './text/textFile.ts';
import { type OnInvalid, TextWindow } from './text/textWindow.ts';
import { nameList } from './words.ts';

export interface ImportProgress {
  readonly bytesRead: number;
  /** Of the whole file. */
  readonly bytesTotal: number;
  readonly rows: number;
  readonly problems: number;
}

export interface ReadOptions {
  /** File name for errors, and for the format by its extension. */
  readonly file: string;
  readonly format?: DatasetFormat | undefined;
  readonly skipBroken: boolean;
  readonly language: Language;
  readonly writer: RowWriter;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ReadResult {
  readonly format: DatasetFormat;
  readonly skippedRows: number;
  readonly problems: readonly FoundProblem[];
  readonly problemCount: number;
}

/** Reads a whole file into the writer, whatever its encoding, format and shape. Throws where no data set comes of it. */
export async function readSource(handle: FileHandle, size: number, options: ReadOptions): Promise<ReadResult> {
  const { skipBroken, onProgress } = options;
  let window: TextWindow | null = null;
  const collector = new RowCollector({ ...options, signal: options.signal, onRest: report });
  function report(): void {
    const bytesRead = window?.bytesRead ?? 0;
    onProgress?.({ bytesRead, bytesTotal: size, rows: collector.goodRows, problems: collector.problemCount });
  }
  const sniffed = await sniffFile(handle);
  if (sniffed.kind === 'empty') return collector.refuse({ code: 'dataset_empty', details: {} });
  if (sniffed.kind === 'binary') return collector.refuse({ code: 'dataset_binary', details: { kind: sniffed.what } });
  const onInvalid: OnInvalid = async (position, byte, offset) => {
    const place = { ...position, byte: `0x${byte.toString(16).toUpperCase()}`, offset: offset + 1 };
    const encoding = await guessEncoding(handle, offset);
    if (encoding !== null) collector.refuse({ code: 'dataset_other_encoding', details: { ...place, encoding } });
    if (!skipBroken) collector.refuse({ code: 'dataset_not_utf8', details: place });
  };
  const { encoding, start } = sniffed;
  const reopen = () => {
    window = new TextWindow(new TextFile(handle, encoding, start), onInvalid);
    return window;
  };
  const format = options.format ?? (await detectFormat(options.file, reopen(), collector));
  if (format === 'blank') return collector.refuse({ code: 'dataset_blank', details: {} });
  if (format === null) return collector.refuse({ code: 'dataset_format_unknown', details: {} });
  let columns: string | null = null;
  if (format === 'jsonl') await readJsonl(reopen(), collector);
  else if (format === 'json') await readJson(reopen(), collector, reopen);
  else {
    await readCsv(reopen(), collector, (found) => {
      columns = found.names.join(', ');
      refuseHeader(found, collector);
    });
  }
  collector.check(columns);
  report();
  return {
    format,
    skippedRows: collector.lostRows,
    problems: collector.problems,
    problemCount: collector.problemCount,
  };
}

/** Whether a CSV file can be used is known from its header. */
function refuseHeader({ names }: CsvHeader, sink: RowSink): void {
  const columns = findColumns(names);
  const found = nameList(names.filter((name) => name !== ''));
  if (columns.kind === 'unknown') {
    sink.refuse({ code: 'dataset_columns_unknown', details: { found, expected: expectedColumns } });
  }
  if (columns.kind === 'ambiguous') {
    sink.refuse({ code: 'dataset_columns_ambiguous', details: { found, ambiguous: nameList(columns.names) } });
  }
  if (columns.kind === 'unanswered') sink.refuse({ code: 'dataset_without_answers', details: {} });
  if (columns.kind === 'preference') sink.refuse({ code: 'dataset_preference', details: {} });
}
