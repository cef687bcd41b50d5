import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { Recipe } from '../contract/recipe.ts';
import { hashFile } from '../models/hashFile.ts';
import type { ModelRecord } from '../models/ports.ts';
import { planSchedule, type RunPlan } from './planRun.ts';
import { prepareRows } from './prepareRows.ts';
import type { RunEnvironment } from './runEnvironment.ts';

export interface TrainingFiles {
  readonly plan: RunPlan;
  readonly trainPath: string;
  readonly heldOutPath: string | null;
}

export interface TrainingFilesOptions {
  readonly recipe: Recipe;
  readonly base: ModelRecord;
  readonly dataset: Dataset;
  readonly heldOutDataset: Dataset | null;
  /** Where the token files go. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** Splits and encodes the rows of a run into token files, and decides by them all that the recipe left open. */
export async function makeTrainingFiles(
  { tokenFiles, encoders, rows }: Pick<RunEnvironment, 'tokenFiles' | 'encoders' | 'rows'>,
  options: TrainingFilesOptions,
): Promise<TrainingFiles> {
  const { recipe, base, directory } = options;
  const paths = tokenPaths(directory);
  await mkdir(directory, { recursive: true });
  await using train = tokenFiles.create(paths.train);
  await using heldOut = tokenFiles.create(paths.heldOut);
  const { skippedRows } = await prepareRows({
    ...options,
    base: { path: base.path, hash: base.hash },
    baseContext: base.facts.context_length,
    source: rows,
    encoders,
    train,
    heldOut,
  });
  const trainHash = await train.finish();
  const heldOutHash = heldOut.rows === 0 ? null : await heldOut.finish();
  const counts = { trainRows: train.rows, heldOutRows: heldOut.rows };
  const longestRow = Math.max(train.longestRow, heldOut.longestRow);
  return {
    plan: {
      ...counts,
      schedule: planSchedule(recipe, { ...counts, longestRow }),
      skippedRows,
      trainTokens: train.tokens,
      trainHash,
      heldOutHash,
    },
    trainPath: paths.train,
    heldOutPath: heldOutHash === null ? null : paths.heldOut,
  };
}

/**
 * The files of a run that was begun before. Where they are gone, they are made again and must be the same: a run goes on
 * with the very same data or not at all. Throws `run_data_changed`.
 */
export async function sameTrainingFiles(
  environment: Pick<RunEnvironment, 'tokenFiles' | 'encoders' | 'rows'>,
  options: TrainingFilesOptions,
  plan: RunPlan,
  name: string,
): Promise<TrainingFiles> {
  const paths = tokenPaths(options.directory);
  const intact = async (path: string, hash: string | null) =>
    hash === null || (await hashFile(path, options.signal).catch(() => null))?.hash === hash;
  if ((await intact(paths.train, plan.trainHash)) && (await intact(paths.heldOut, plan.heldOutHash))) {
    return { plan, trainPath: paths.train, heldOutPath: plan.heldOutHash === null ? null : paths.heldOut };
  }
  const made = await makeTrainingFiles(environment, options);
  if (made.plan.trainHash === plan.trainHash && made.plan.heldOutHash === plan.heldOutHash) return { ...made, plan };
  throw new TataraError('run_data_changed', {
    name,
    reason: 'the prepared rows are not the ones that it was begun with',
    reason_ja: '準備された行が開始時のものと違います',
  });
}

function tokenPaths(directory: string): { train: string; heldOut: string } {
  return { train: join(directory, 'train.tokens'), heldOut: join(directory, 'held-out.tokens') };
}
