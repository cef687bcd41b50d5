import { cp, rename, rm } from 'node:fs/promises';
import { diskFull } from './writeAside.ts';

/** Moves a file or a folder in place of what is there, also to another disk. Throws `disk_full`. */
export async function move(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyOver(from, to);
  }
}

/** Complete under another name before it has its own, so that what stands under a name is whole. */
async function copyOver(from: string, to: string): Promise<void> {
  const aside = `${to}.copying`;
  try {
    await rm(aside, { recursive: true, force: true });
    await cp(from, aside, { recursive: true });
    await rename(aside, to);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw diskFull(error, to);
  }
  await rm(from, { recursive: true, force: true });
}
