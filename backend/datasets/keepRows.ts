import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { DatasetStore, NewDataset } from './datasetStore.ts';
import { rowsFile, rowsFolder } from './rowFiles.ts';

/**
 * Puts written rows in their place and the data set into the store, in one step of the event loop: another import of
 * the same rows, or a deletion, comes before or after it, never between.
 */
export function keepRows(folder: string, directory: string, store: DatasetStore, dataset: NewDataset) {
  const target = rowsFolder(directory, dataset.hash);
  const there = existsSync(rowsFile(target)) && statSync(rowsFile(target)).size === dataset.bytes;
  if (!there) {
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  }
  try {
    return store.add(dataset);
  } catch (error) {
    if (!there && !store.hasHash(dataset.hash)) rmSync(target, { recursive: true, force: true });
    throw error;
  }
}
