import { extname } from 'node:path';
import type { DatasetFormat } from '../../contract/dataset.ts';
import { JsonSyntaxError } from '../json/jsonSyntaxError.ts';
import { parseJson } from '../json/parseJson.ts';
import { maxRowLength, type RowSink } from '../rowSink.ts';
import { findColumns } from '../shapes/columns.ts';
import type { TextWindow } from '../text/textWindow.ts';
import { attempt } from './jsonProblem.ts';
import { JsonStream } from './jsonStream.ts';
import { type CsvHeader, readCsvHeader } from './readCsv.ts';

const byExtension: Readonly<Record<string, DatasetFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'csv',
};

/**
 * The format of a file whose window stands at its start, by extension; between JSON and JSONL, which often bear each
 * other's name, the content decides. 'blank' where there is only white space, null where nothing fits.
 */
export async function detectFormat(
  filename: string,
  window: TextWindow,
  sink: RowSink,
): Promise<DatasetFormat | 'blank' | null> {
  const named = byExtension[extname(filename).toLowerCase()];
  const first = await new JsonStream(window, sink).peek();
  if (first === '') return 'blank';
  if (named === 'csv') return named;
  if (first === '[') return 'json';
  if (first === '{') return named === 'jsonl' || (await hasObjectPerLine(window)) ? 'jsonl' : 'json';
  return named ?? (hasKnownColumns(await readCsvHeader(window)) ? 'csv' : null);
}

/** The first line is a whole object, and another one begins on the next line that is not blank. */
async function hasObjectPerLine(window: TextWindow): Promise<boolean> {
  for (;;) {
    const match = /^[^\n]*\n\s*(\S)/.exec(window.text);
    if (match !== null) {
      const line = window.text.slice(0, window.text.indexOf('\n'));
      return match[1] === '{' && !(attempt(() => parseJson(line)) instanceof JsonSyntaxError);
    }
    if (window.ended || window.text.length > maxRowLength) return false;
    await window.grow();
  }
}

function hasKnownColumns(header: CsvHeader | null): boolean {
  return header !== null && findColumns(header.names).kind !== 'unknown';
}
