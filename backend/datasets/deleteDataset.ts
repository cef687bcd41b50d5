import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../contract/dataset.ts';
import type { DatasetStore } from './datasetStore.ts';
import { rowsFolder } from './rowFiles.ts';

/** Deletes a data set, and its rows unless another one has the same. Whether it may be deleted is the caller's matter. */
export async function deleteDataset(directory: string, dataset: Dataset, store: DatasetStore): Promise<void> {
  const aside = join(directory, `.deleted-${randomUUID()}`);
  // In one step of the event loop, so that no import of the same rows comes between.
  store.delete(dataset.id);
  const folder = rowsFolder(directory, dataset.hash);
  if (!store.hasHash(dataset.hash) && existsSync(folder)) renameSync(folder, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what a crash left of imports and deletions. To be called before the first import. */
export async function sweepDatasets(directory: string): Promise<void> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  for (const name of names.filter((name) => /^\.(?:import|deleted)-[0-9a-f-]{36}$/.test(name))) {
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
