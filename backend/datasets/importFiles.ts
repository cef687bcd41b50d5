import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { TataraError } from '../contract/errors.ts';

/** Opens a regular file for reading. Throws `dataset_file_missing` or `dataset_file_unreadable`. */
export async function openSource(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    // Looked at before it is opened: to open a pipe waits for its writer.
    if (!(await stat(path)).isFile()) throw new TataraError('dataset_not_a_file', { path });
    const handle = await open(path, constants.O_RDONLY);
    return { handle, size: (await handle.stat()).size };
  } catch (error) {
    if (error instanceof TataraError) throw error;
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new TataraError('dataset_file_missing', { path }, { cause: error });
    throw new TataraError('dataset_file_unreadable', { path, reason: code ?? String(error) }, { cause: error });
  }
}

/** What a person can do something about gets its code; anything else stays what it is. */
export function importError(error: unknown, directory: string): unknown {
  const code = errorCode(error);
  // EFBIG: the limit on a file's size that the user's session has.
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return full ? new TataraError('disk_full', { path: directory }, { cause: error }) : error;
}

/** Makes the names in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(path, constants.O_RDONLY);
  await handle.sync();
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
