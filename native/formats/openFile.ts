import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { damaged, FormatError } from './formatError.ts';

/** A regular file that is open for reading. */
export interface OpenFile extends Disposable {
  readonly path: string;
  readonly fd: number;
  readonly bytes: number;
}

/** Opens a regular file; a pipe, a device or a folder is refused before it is opened, since opening a pipe can block for ever. */
export function openFile(path: string): OpenFile {
  const fd = openRegular(path);
  return { path, fd, bytes: fstatSync(fd).size, [Symbol.dispose]: () => closeSync(fd) };
}

function openRegular(path: string): number {
  try {
    if (statSync(path).isFile()) return openSync(path, 'r');
  } catch (error) {
    const system = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const missing = system === 'ENOENT' || system === 'ENOTDIR';
    throw damaged(
      path,
      missing
        ? { en: 'there is no such file', ja: 'ファイルがありません' }
        : { en: `it cannot be opened (${system})`, ja: `開けません(${system})` },
      undefined,
      error,
    );
  }
  throw damaged(path, { en: 'it is not a regular file', ja: '通常のファイルではありません' });
}

const largestRead = 1 << 30;

/** Fills `into` from the file at `offset`; a file that ends before is an error. */
export function readExactly(file: OpenFile, offset: number, into: Uint8Array): void {
  let done = 0;
  while (done < into.length) {
    const got = readSome(file, offset + done, into, done);
    if (got === 0) {
      throw damaged(
        file.path,
        { en: `it ends at byte ${offset + done} but should go on`, ja: `${offset + done} バイト目で途切れています` },
        offset + done,
      );
    }
    done += got;
  }
}

function readSome(file: OpenFile, offset: number, into: Uint8Array, at: number): number {
  try {
    return readSync(file.fd, into, at, Math.min(into.length - at, largestRead), offset);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const system = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw damaged(file.path, { en: `it cannot be read (${system})`, ja: `読み込めません(${system})` }, offset, error);
  }
}
