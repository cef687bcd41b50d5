import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FormatError } from './formatError.ts';

/**
 * Writes a file beside its place, flushes it to the disk and renames it, so that under its name there is always the
 * whole old or the whole new file. What a process that was killed left behind is removed by the next write.
 * Throws FormatError `disk_full`; the old file is then untouched and nothing is left beside it.
 */
export function writeAside(path: string, write: (fd: number) => void): void {
  removeLeftovers(path);
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.writing`;
  try {
    const fd = openSync(aside, 'wx');
    try {
      write(fd);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw diskFull(error, path);
  }
  syncDirectory(dirname(path));
}

/** Writes all of it; a single call of the system may write less. */
export function writeAll(fd: number, data: NodeJS.ArrayBufferView): void {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, Math.min(bytes.length - done, 1 << 30));
}

/** Makes a rename or a new file in a folder durable. Windows cannot open folders and does not need it. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A full disk or quota as FormatError; any other error as it is. */
export function diskFull(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new FormatError('disk_full', { path }, { cause: error }) : error;
}

function removeLeftovers(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)-[0-9a-f]{8}\.writing$/.exec(name.slice(start.length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
