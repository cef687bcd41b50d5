import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diskFull, syncDirectory } from './writeAside.ts';

/**
 * Writes a folder beside its place, flushes it to the disk and swaps it in. At every instant the whole old or the whole
 * new folder is on the disk: under its name, or, for the instant between two renames, the old one as `<path>.old`,
 * which `recoverDirectory` puts back. One writer at a time for one path. Throws FormatError `disk_full`; the old folder
 * is then untouched and nothing is left beside it.
 */
export function writeDirectoryAside(path: string, fill: (temporary: string) => void): void {
  recoverDirectory(path);
  const aside = `${path}.writing`;
  const old = `${path}.old`;
  try {
    mkdirSync(aside);
    fill(aside);
    syncTree(aside);
    if (existsSync(path)) renameSync(path, old);
    renameSync(aside, path);
  } catch (error) {
    if (!existsSync(path) && existsSync(old)) renameSync(old, path);
    rmSync(aside, { recursive: true, force: true });
    throw diskFull(error, path);
  }
  syncDirectory(dirname(path));
  rmSync(old, { recursive: true, force: true });
}

/**
 * Cleans up after a process that was killed while it wrote the folder: puts the old one back where the new one had not
 * taken its place, removes what is left over. To be called before the folder is read. Tells whether there is a folder.
 */
export function recoverDirectory(path: string): boolean {
  const old = `${path}.old`;
  if (!existsSync(path) && existsSync(old)) {
    renameSync(old, path);
    syncDirectory(dirname(path));
  }
  rmSync(old, { recursive: true, force: true });
  rmSync(`${path}.writing`, { recursive: true, force: true });
  return existsSync(path);
}

function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) syncTree(child);
    else if (entry.isFile()) {
      // Windows flushes only what is open for writing.
      const fd = openSync(child, 'r+');
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    }
  }
  syncDirectory(path);
}
