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
import { iterateRows, readRows } from './rows.ts';
import { RowWriter } from './rowWriter.ts';
import { orderProblem } from './shapes/roleOrder.ts';

export interface EditOptions {
  readonly dataset: Dataset;
  readonly changes: DatasetEdit['changes'];
  /** See the contract. */
  readonly branch?: boolean;
  readonly directory: string;
  readonly store: DatasetStore;
  readonly language: Language;
  readonly signal: AbortSignal;
}

const bufferedBytes = 1024 * 1024;

/**
 * The next version of a data set: its rows with some replaced or taken out. The version before stays as it is. Where a
 * newer version is there already, the changes are made in that one, unless it has other rows in these places. Throws
 * `dataset_edited_elsewhere`, `dataset_row_missing`, `dataset_row_invalid`, `dataset_last_row`, `dataset_damaged`,
 * `disk_full`, the signal's reason.
 */
export async function editDataset(options: EditOptions): Promise<DatasetEdited> {
  const { dataset, changes, directory, store, language, signal, branch = false } = options;
  const changed = new Map(changes.map(({ index, row }) => [index, row]));
  for (const [index, row] of changed) {
    if (index >= dataset.rows) throw new TataraError('dataset_row_missing', { row: index + 1, dataset: dataset.name });
    const problem = row && orderProblem(row.messages, 'messages', 0);
    if (!problem) continue;
    const reason = problemText(problem, language);
    throw new TataraError('dataset_row_invalid', { row: index + 1, reason });
  }

  for (;;) {
    const onto = branch ? dataset : newestOf(dataset);
    if (onto.id !== dataset.id) await refuseConflict(onto);
    const removed = [...changed.values()].filter((row) => row === null).length;
    if (removed === onto.rows) throw new TataraError('dataset_last_row', { dataset: dataset.name });
    const edited = await edit(onto);
    if (edited) return edited;
  }

  function newestOf({ name, version }: Dataset): Dataset {
    const later = store.list().filter((other) => other.name === name && other.version > version);
    return later.toSorted((a, b) => b.version - a.version)[0] ?? dataset;
  }

  async function refuseConflict(newest: Dataset): Promise<void> {
    for (const index of changed.keys()) {
      const [before] = await readRows(directory, dataset, index, 1);
      const [now] = await readRows(directory, newest, index, 1);
      if (JSON.stringify(before) === JSON.stringify(now)) continue;
      const { name, version } = dataset;
      throw new TataraError('dataset_edited_elsewhere', { name, version, row: index + 1, newest: newest.version });
    }
  }

  /** Null where another edit made a version while this one was written. */
  async function edit(onto: Dataset): Promise<DatasetEdited | null> {
    const folder = join(directory, `.import-${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true });
      const written = await write(onto, folder);
      signal.throwIfAborted();
      await syncFolder(folder);
      if (!branch && newestOf(dataset).id !== onto.id) return null;
      const { id, name, format, source, skipped_rows, problem_count } = onto;
      const kept = { name, format, source, skipped_rows, problem_count, problems: { of: id }, anew: true };
      const added = keepRows(folder, directory, store, { ...kept, ...written });
      await syncFolder(directory);
      return { ...added, onto: onto.version };
    } catch (error) {
      throw importError(error, directory);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async function write(onto: Dataset, into: string) {
    await using writer = await RowWriter.create(into);
    let index = 0;
    for await (const row of iterateRows(directory, onto)) {
      const change = changed.get(index++);
      if (change !== null) writer.add(change ?? row);
      if (writer.pendingBytes < bufferedBytes) continue;
      await writer.flush();
      signal.throwIfAborted();
    }
    return await writer.finish();
  }
}
