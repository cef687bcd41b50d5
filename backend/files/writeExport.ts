import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { TataraError } from '../contract/errors.ts';
import { writeAside } from './writeAside.ts';

const bufferedUnits = 512 * 1024;

/**
 * Writes lines to a file of the user's, which is whole or not there at all. Throws `path_not_absolute`, `export_exists`,
 * `export_unwritable`, `disk_full`, and what the lines throw.
 */
export async function writeExport(
  { path, overwrite }: { readonly path: string; readonly overwrite: boolean },
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<{ readonly path: string; readonly rows: number; readonly bytes: number }> {
  if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
  if (existsSync(path)) {
    if (!(await stat(path)).isFile()) throw new TataraError('export_unwritable', { path, reason: 'EISDIR' });
    if (!overwrite) throw new TataraError('export_exists', { path });
  }
  let rows = 0;
  let bytes = 0;
  try {
    await writeAside(path, async (file) => {
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
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof TataraError || !/^E[A-Z]+$/.test(code)) throw error;
    throw new TataraError('export_unwritable', { path, reason: code }, { cause: error });
  }
  return { path, rows, bytes };
}
