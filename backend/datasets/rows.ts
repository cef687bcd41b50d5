import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Dataset, DatasetRow } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import { indexEntryBytes, indexFile, rowsFile, rowsFolder } from './rowFiles.ts';

type Stored = Pick<Dataset, 'name' | 'hash' | 'rows' | 'bytes'>;

const chunkBytes = 256 * 1024;

/**
 * Rows `offset` to `offset + limit` by number, fewer at the end; only these are read. Throws `dataset_damaged`.
 * `directory`: the one that the data set was imported to.
 */
export async function readRows(
  directory: string,
  dataset: Stored,
  offset: number,
  limit: number,
): Promise<{ readonly index: number; readonly row: DatasetRow }[]> {
  const count = Math.min(limit, dataset.rows - offset);
  if (count <= 0) return [];
  const folder = rowsFolder(directory, dataset.hash);
  await using index = await openStored(indexFile(folder), dataset);
  const entries = await readExactly(index, offset * indexEntryBytes, (count + 1) * indexEntryBytes, dataset);
  const entry = (at: number) => Number(entries.readBigUInt64LE(at * indexEntryBytes));
  const start = entry(0);
  const length = entry(count) - start;
  if (start > dataset.bytes || length < 0 || length > dataset.bytes - start) throw damaged(dataset, 'rows.index');
  await using rows = await openStored(rowsFile(folder), dataset);
  const lines = (await readExactly(rows, start, length, dataset)).toString('utf8').split('\n');
  if (lines.length !== count + 1) throw damaged(dataset, 'rows.index');
  return lines.slice(0, count).map((line, at) => ({ index: offset + at, row: parseRow(line, dataset) }));
}

/**
 * All rows in their order, read piece by piece. At the end the rows are compared with the data set's hash: whoever took
 * them all has them as they were imported, or gets `dataset_damaged`.
 */
export async function* iterateRows(directory: string, dataset: Stored): AsyncGenerator<DatasetRow, void> {
  await using handle = await openStored(rowsFile(rowsFolder(directory, dataset.hash)), dataset);
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  let rest: Buffer[] = [];
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) break;
    const piece = Buffer.from(buffer.subarray(0, bytesRead));
    hash.update(piece);
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
      const line = Buffer.concat([...rest, piece.subarray(start, end)]).toString('utf8');
      rest = [];
      start = end + 1;
      yield parseRow(line, dataset);
    }
    if (start < piece.length) rest.push(piece.subarray(start));
  }
  if (`sha256:${hash.digest('hex')}` !== dataset.hash) throw damaged(dataset, 'sha256');
}

async function openStored(path: string, dataset: Stored): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw damaged(dataset, error instanceof Error ? error.message : String(error), error);
  }
}

async function readExactly(handle: FileHandle, start: number, length: number, dataset: Stored): Promise<Buffer> {
  const { size } = await handle.stat();
  if (start + length > size) throw damaged(dataset, `${size} < ${start + length}`);
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) throw damaged(dataset, `${done} < ${length}`);
    done += bytesRead;
  }
  return buffer;
}

/** The rows were validated when they were written; what cannot be read now was damaged since. */
function parseRow(line: string, dataset: Stored): DatasetRow {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged(dataset, 'rows.jsonl', error);
  }
}

function damaged(dataset: Stored, reason: string, cause?: unknown): TataraError {
  return new TataraError('dataset_damaged', { name: dataset.name, reason }, { cause });
}
