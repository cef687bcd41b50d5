/**
 * How the rows of a data set lie on disk: a folder named by the hash of the rows, in it `rows.jsonl` (one DatasetRow a
 * line, UTF-8, the hash is over these bytes) and `rows.index` (for each row the offset of its line, and at last the
 * length of all; 8 bytes each, little endian).
 */
import { join } from 'node:path';

export const indexEntryBytes = 8;

export function rowsFolder(directory: string, hash: string): string {
  return join(directory, hash.replace(/^sha256:/, ''));
}

export function rowsFile(folder: string): string {
  return join(folder, 'rows.jsonl');
}

export function indexFile(folder: string): string {
  return join(folder, 'rows.index');
}
