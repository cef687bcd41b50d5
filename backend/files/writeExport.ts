import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { TataraError } from '../contract/errors.ts';
import { writeAside } from './writeAside.ts';

const bufferedUnits = 512 * 1024;

export interface ExportTarget {
  readonly path: string;
  readonly overwrite: boolean;
}

/**
 * Writes lines to a file of the user's, which is whole or not there at all. Throws as `writeExportFile` does, and what
 * the lines throw.
 */
export async function writeExport(
  target: ExportTarget,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<{ readonly path: string; readonly rows: number; readonly bytes: number }> {
  let rows = 0;
  let bytes = 0;
  await writeExportFile(target, async (file) => {
    let pending = '';
    const flush = async (): Promise<void> => {
      const buffer = Buffer.from(pending);
      pending = '';
      bytes += buffer.length;
      await file.writeFile(buffer);
    };
    for await (const line of lines) {
      pending += `${line}\n`;
      rows++;
      if (pending.length > bufferedUnits) await flush();
    }
    await flush();
  });
  return { path: target.path, rows, bytes };
}

/** Copies a file to one of the user's; bytes. Throws as `writeExportFile` does. */
export async function copyExport(from: string, target: ExportTarget): Promise<number> {
  await writeExportFile(target, async (file) => {
    for await (const chunk of createReadStream(from)) await file.writeFile(chunk);
  });
  return (await stat(target.path)).size;
}

/** Throws `path_not_absolute`, `export_exists`, `export_unwritable`, `disk_full`. */
async function writeExportFile(
  { path, overwrite }: ExportTarget,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
  if (existsSync(path)) {
    if (!(await stat(path)).isFile()) throw new TataraError('export_unwritable', { path, reason: 'EISDIR' });
    if (!overwrite) throw new TataraError('export_exists', { path });
  }
  await writing(path, () => writeAside(path, write));
}

/** What the system says against writing there, as an error that says it to a person. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof TataraError || !/^E[A-Z]+$/.test(code)) throw error;
    throw new TataraError('export_unwritable', { path, reason: code }, { cause: error });
  }
}
