import { maxRowLength, type Problem, type RowSink, rowTooLarge } from '../rowSink.ts';
import type { TextWindow } from '../text/textWindow.ts';
import { encodingProblem } from './jsonProblem.ts';

export interface CsvHeader {
  readonly names: readonly string[];
  readonly delimiter: string;
}

/**
 * CSV by RFC 4180 with a header, whose names become the keys of each row. Lines may end in \r\n, \n or \r; a quote in
 * the middle of a field without quotes stands for itself, as spreadsheets write it. `onHeader` may throw.
 */
export async function readCsv(window: TextWindow, sink: RowSink, onHeader: (header: CsvHeader) => void): Promise<void> {
  let header: CsvHeader | null = null;
  for (;;) {
    const record: CsvRecord | CsvError | null = await nextRecord(window, header?.delimiter ?? null);
    if (record === null) return;
    if ('problem' in record) {
      sink.problem(record.problem, window.positionAt(record.offset), header !== null);
      if (header === null) return;
      await skipToNextLine(window, record.resumeAt);
    } else {
      if (record.fields.length === 1 && record.fields[0] === '') {
        // An empty line.
      } else if (header === null) {
        header = toHeader(record);
        const twice = header.names.find((name, index) => name !== '' && header?.names.indexOf(name) !== index);
        if (twice !== undefined) sink.refuse({ code: 'dataset_column_twice', details: { name: twice } });
        onHeader(header);
      } else checkRecord(record, header, window, sink);
      window.drop(record.end);
    }
    if (sink.due) await sink.rest();
  }
}

/** The header of a file whose window stands at its start; null where the first record is broken. */
export async function readCsvHeader(window: TextWindow): Promise<CsvHeader | null> {
  const record = await nextRecord(window, null);
  return record === null || 'problem' in record ? null : toHeader(record);
}

function toHeader({ fields, delimiter }: CsvRecord): CsvHeader {
  return { names: fields.map((name) => name.trim()), delimiter };
}

function checkRecord(record: CsvRecord, header: CsvHeader, window: TextWindow, sink: RowSink): void {
  const encoding = encodingProblem(window.text.slice(0, record.end));
  if (encoding !== null) sink.problem(encoding.problem, window.positionAt(encoding.offset), true);
  else if (record.fields.length !== header.names.length) {
    const details = { found: record.fields.length, expected: header.names.length };
    const text = window.text.slice(0, record.end).trimEnd();
    sink.problem({ code: 'csv_field_count', details }, window.positionAt(0), true, text);
  } else {
    const row = Object.fromEntries(header.names.map((name, index) => [name, record.fields[index]!]));
    sink.row(row, window.positionAt(0));
  }
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly delimiter: string;
  readonly end: number;
}

interface CsvError {
  readonly problem: Problem;
  readonly offset: number;
  /** The next line break from here on is where reading goes on. */
  readonly resumeAt: number;
}

async function nextRecord(window: TextWindow, delimiter: string | null): Promise<CsvRecord | CsvError | null> {
  for (;;) {
    if (window.ended && window.text === '') return null;
    const record = window.text === '' ? null : parseRecord(window.text, delimiter, window.ended);
    if (record !== null) return record;
    if (window.text.length > maxRowLength) return { problem: rowTooLarge, offset: 0, resumeAt: 0 };
    await window.grow();
  }
}

/** The record at the start of the text; null where the text ends before it does and more may follow. */
function parseRecord(text: string, knownDelimiter: string | null, ended: boolean): CsvRecord | CsvError | null {
  const delimiter = knownDelimiter ?? detectDelimiter(text, ended);
  if (delimiter === null) return null;
  const separator = delimiter.charCodeAt(0);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field: string;
    if (text.charCodeAt(at) === 0x22) {
      const quoted = quotedField(text, at, ended);
      if (quoted === null || 'problem' in quoted) return quoted;
      field = quoted.field;
      at = quoted.end;
    } else {
      const start = at;
      while (at < text.length && !isEnd(text.charCodeAt(at), separator)) at++;
      field = text.slice(start, at);
    }
    fields.push(field);
    if (at >= text.length) return ended ? { fields, delimiter, end: at } : null;
    const code = text.charCodeAt(at);
    if (code === separator) at++;
    else if (code === 0x0a) return { fields, delimiter, end: at + 1 };
    else if (code === 0x0d) {
      if (at + 1 >= text.length && !ended) return null;
      return { fields, delimiter, end: text.charCodeAt(at + 1) === 0x0a ? at + 2 : at + 1 };
    } else {
      const details = { found: String.fromCodePoint(text.codePointAt(at)!) };
      return { problem: { code: 'csv_quote', details }, offset: at, resumeAt: at };
    }
  }
}

function quotedField(text: string, start: number, ended: boolean): { field: string; end: number } | CsvError | null {
  let at = start + 1;
  for (;;) {
    at = text.indexOf('"', at);
    // A quote at the very end may be the first half of a doubled one.
    if (at < 0 || (at + 1 === text.length && !ended)) {
      if (!ended && text.length <= maxRowLength) return null;
      return { problem: { code: 'csv_unclosed_quote', details: {} }, offset: start, resumeAt: start };
    }
    if (text.charCodeAt(at + 1) !== 0x22) break;
    at += 2;
  }
  return { field: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
}

function isEnd(code: number, separator: number): boolean {
  return code === separator || code === 0x0a || code === 0x0d;
}

/** The separator that the first line holds most often outside quotes; null where the line does not end yet. */
function detectDelimiter(text: string, ended: boolean): string | null {
  const counts = new Map([
    [',', 0],
    [';', 0],
    ['\t', 0],
  ]);
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === undefined && !ended) return null;
    if (character === undefined || (!quoted && (character === '\n' || character === '\r'))) break;
    if (character === '"') quoted = !quoted;
    else if (!quoted && counts.has(character)) counts.set(character, counts.get(character)! + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

async function skipToNextLine(window: TextWindow, from: number): Promise<void> {
  for (;;) {
    const found = window.text.slice(from).search(/[\r\n]/);
    if (found >= 0) {
      const at = from + found;
      const crlf = window.text.startsWith('\r\n', at);
      return window.drop(crlf ? at + 2 : at + 1);
    }
    window.drop(window.text.length);
    from = 0;
    if (window.ended) return;
    await window.grow();
  }
}
