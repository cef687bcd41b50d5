import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '../contract/common.ts';
import type { Dataset } from '../contract/dataset.ts';
import type { DatasetEdit, DatasetEdited } from '../contract/datasetView.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetStore } from './datasetStore.ts';
import { importError, syncFolder } from './importFiles.ts';
import { keepRows } from './keepRows.ts';
import { problemText } from './problemText.ts';
import { iterateRows } from './rows.ts';
import { RowWriter } from './rowWriter.ts';
import { orderProblem } from './shapes/roleOrder.ts';

export interface EditOptions {
  readonly dataset: Dataset;
  readonly changes: DatasetEdit['changes'];
  readonly directory: string;
  readonly store: DatasetStore;
  readonly language: Language;
  readonly signal: AbortSignal;
}

const bufferedBytes = 1024 * 1024;

/**
 * The next version of a data set: its rows with some replaced or taken out. The version before stays as it is. Throws
 * `dataset_row_missing`, `dataset_row_invalid`, `dataset_last_row`, `dataset_damaged`, `disk_full`, the signal's reason.
 */
export async function editDataset({ dataset, changes, ...options }: EditOptions): Promise<DatasetEdited> {
  const { directory, store, language, signal } = options;
  const changed = new Map(changes.map(({ index, row }) => [index, row]));
  for (const [index, row] of changed) {
    if (index >= dataset.rows) throw new TataraError('dataset_row_missing', { row: index + 1, dataset: dataset.name });
    const problem = row && orderProblem(row.messages, 'messages', 0);
    if (!problem) continue;
    const reason = problemText(problem, language);
    throw new TataraError('dataset_row_invalid', { row: index + 1, reason });
  }
  const removed = [...changed.values()].filter((row) => row === null).length;
  if (removed === dataset.rows) throw new TataraError('dataset_last_row', { dataset: dataset.name });

  const folder = join(directory, `.import-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const written = await write(folder);
    signal.throwIfAborted();
    await syncFolder(folder);
    const { name, format, source, skipped_rows } = dataset;
    const added = keepRows(folder, directory, store, { name, format, source, skipped_rows, ...written });
    await syncFolder(directory);
    return added;
  } catch (error) {
    throw importError(error, directory);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async function write(into: string) {
    await using writer = await RowWriter.create(into);
    let index = 0;
    for await (const row of iterateRows(directory, dataset)) {
      const change = changed.get(index++);
      if (change !== null) writer.add(change ?? row);
      if (writer.pendingBytes < bufferedBytes) continue;
      await writer.flush();
      signal.throwIfAborted();
    }
    return await writer.finish();
  }
}
