import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from './writeAside.ts';

/**
 * The files of a flat folder, whose files are never changed in their place, under another name; copies where the file
 * system has no links. The new folder must not be there yet. Throws `disk_full`.
 */
export async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  try {
    for (const name of await readdir(from)) {
      const [source, target] = [join(from, name), join(to, name)];
      await link(source, target).catch(() => copyFile(source, target));
    }
  } catch (error) {
    throw diskFull(error, to);
  }
}
