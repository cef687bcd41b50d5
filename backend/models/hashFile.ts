import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { TataraError } from '../contract/errors.ts';

export interface HashedFile {
  /** `sha256:` and 64 hex digits. */
  readonly hash: string;
  readonly bytes: number;
  /** ms since 1970. */
  readonly modified: number;
}

const chunkBytes = 4 * 1024 * 1024;

/** Reads a file of any size once. Throws `file_missing`; a file that changed while it was read is read again. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<HashedFile> {
  for (;;) {
    await using file = await open(path, 'r').catch((error: unknown) => {
      throw new TataraError('file_missing', { path }, { cause: error });
    });
    const before = await file.stat();
    if (!before.isFile()) throw new TataraError('file_missing', { path });
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) continue;
    return { hash: `sha256:${hash.digest('hex')}`, bytes: after.size, modified: after.mtimeMs };
  }
}
