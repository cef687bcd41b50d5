import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TataraError } from '../contract/errors.ts';

/**
 * Writes a file beside its place, flushes it to the disk and renames it, so that under its name there is always the
 * whole old or the whole new file. What a process that was killed left behind is removed by the next write.
 * Throws `disk_full`; the old file is then untouched and nothing is left beside it.
 */
export async function writeAside(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await removeLeftovers(path);
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.writing`;
  try {
    const file = await open(aside, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw diskFull(error, path);
  }
  await syncDirectory(dirname(path));
}

/** Makes a rename or a new file in a folder durable. Windows cannot open folders and does not need it. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using directory = await open(path, 'r');
  await directory.sync();
}

/** Makes what was written to a file durable. */
export async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

/** A full disk or quota as `disk_full`; any other error as it is. */
export function diskFull(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new TataraError('disk_full', { path }, { cause: error }) : error;
}

async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)-[0-9a-f]{8}\.writing$/.exec(name.slice(start.length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(path), name), { force: true });
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
