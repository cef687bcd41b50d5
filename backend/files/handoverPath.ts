import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { TataraError } from '../contract/errors.ts';

/** Longest path of a unix socket, less a margin; Linux takes 107 bytes, macOS 103. */
const longestPath = 100;

/**
 * The hand-over socket of a data directory (a named pipe on Windows). The data directory and the folder of the socket
 * are made where they are missing; a folder that others may enter is refused, since the token goes through the socket.
 */
export function handoverPath(
  dataDirectory: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(realpathSync(dataDirectory)).digest('hex').slice(0, 20);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tatara-${name}`;
  const folder = environment.XDG_RUNTIME_DIR
    ? join(environment.XDG_RUNTIME_DIR, 'tatara')
    : join(tmpdir(), `tatara-${userInfo().uid}`);
  const short = Buffer.byteLength(folder) + name.length + 6 <= longestPath ? folder : `/tmp/tatara-${userInfo().uid}`;
  return join(privateFolder(short), `${name}.sock`);
}

function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new TataraError('folder_not_private', { path });
  }
  return path;
}
