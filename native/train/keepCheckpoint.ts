import { copyFileSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diskFull, syncDirectory } from '../formats/writeAside.ts';
import { checkpointPath, readState } from './checkpoint.ts';

/**
 * Keeps the checkpoint that lies there, of this step, beside the next ones, and lets go of those that are neither among
 * the newest `most` nor the one with the lowest held-out loss. A checkpoint is never changed in its place, so a link is
 * enough; where the file system has none, it is copied.
 * @throws FormatError `disk_full`
 */
export function keepCheckpoint(runDirectory: string, step: number, most: number): void {
  const kept = join(runDirectory, 'checkpoints');
  const place = join(kept, String(step));
  const aside = `${place}.writing`;
  try {
    mkdirSync(kept, { recursive: true });
    if (!keptSteps(kept).includes(step)) {
      rmSync(aside, { recursive: true, force: true });
      mkdirSync(aside);
      const from = checkpointPath(runDirectory);
      for (const file of readdirSync(from)) linkOrCopy(join(from, file), join(aside, file));
      renameSync(aside, place);
    }
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw diskFull(error, place);
  }
  letGo(kept, most);
  syncDirectory(kept);
}

function letGo(kept: string, most: number): void {
  const steps = keptSteps(kept);
  const losses = steps.map((step) => readState(join(kept, String(step))).heldOutLoss ?? Number.POSITIVE_INFINITY);
  const best = steps[losses.indexOf(Math.min(...losses))];
  for (const step of steps.slice(0, -most)) {
    if (step !== best) rmSync(join(kept, String(step)), { recursive: true, force: true, maxRetries: 3 });
  }
}

function keptSteps(kept: string): number[] {
  return readdirSync(kept)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
