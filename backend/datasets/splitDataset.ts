import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset } from '../contract/dataset.ts';
import type { DatasetSplit, DatasetSplitDone } from '../contract/datasetJob.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetStore, NewDataset } from './datasetStore.ts';
import { importError, syncFolder } from './importFiles.ts';
import { keepRows } from './keepRows.ts';
import { NearDuplicates } from './nearDuplicates.ts';
import { iterateRows } from './rows.ts';
import { RowWriter } from './rowWriter.ts';

export interface SplitOptions {
  readonly dataset: Dataset;
  readonly split: DatasetSplit;
  readonly directory: string;
  readonly store: DatasetStore;
  readonly signal: AbortSignal;
  /** Rows that were looked at or written, of twice the rows that there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

const usualShare = 0.1;
const bufferedBytes = 1024 * 1024;
/** How long the event loop is kept before others get their turn, ms. */
const turn = 15;

/**
 * Makes two data sets of one: rows to train on and rows held out, in the order that they stood in. Rows that say nearly
 * the same go to the same side, so that what is held out was not seen in training in other clothes. Throws
 * `dataset_cannot_split`, `dataset_damaged`, `disk_full`, the signal's reason; then nothing is kept.
 */
export async function splitDataset(options: SplitOptions): Promise<DatasetSplitDone> {
  const { dataset, split, directory, store, signal, onProgress } = options;
  const folder = join(directory, `.import-${randomUUID()}`);
  const sides = [join(folder, 'train'), join(folder, 'held-out')] as const;
  let done = 0;
  let since = performance.now();
  const rest = async (): Promise<void> => {
    if (performance.now() - since < turn) return;
    onProgress?.(done, 2 * dataset.rows);
    await nextTurn();
    signal.throwIfAborted();
    since = performance.now();
  };
  try {
    const near = new NearDuplicates(dataset.rows);
    for await (const row of iterateRows(directory, dataset)) {
      near.add(row);
      done++;
      await rest();
    }
    const groups = await near.groups(rest);
    const chosen = choose(groups, near, split, dataset);
    for (const side of sides) await mkdir(side, { recursive: true });
    const written = await write(chosen.heldOut, groups);
    for (const side of sides) await syncFolder(side);
    signal.throwIfAborted();
    const kept = keepBoth(written);
    await syncFolder(directory);
    return { ...kept, near_duplicates: dataset.rows - chosen.groups };
  } catch (error) {
    throw importError(error, directory);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async function write(heldOut: Uint8Array, groups: Int32Array) {
    await using train = await RowWriter.create(sides[0]);
    await using held = await RowWriter.create(sides[1]);
    let at = 0;
    for await (const row of iterateRows(directory, dataset)) {
      const writer = heldOut[groups[at++]!] === 1 ? held : train;
      writer.add(row);
      if (writer.pendingBytes >= bufferedBytes) await writer.flush();
      done++;
      await rest();
    }
    return [await train.finish(), await held.finish()] as const;
  }

  /** Both, or none. */
  function keepBoth([train, held]: Awaited<ReturnType<typeof write>>): Pick<DatasetSplitDone, 'train' | 'held_out'> {
    const first = keepRows(sides[0], directory, store, {
      ...made('-train', split.train_name),
      ...train,
    });
    try {
      const second = keepRows(sides[1], directory, store, {
        ...made('-held-out', split.held_out_name),
        ...held,
      });
      return { train: first.dataset, held_out: second.dataset };
    } catch (error) {
      if (!first.unchanged) store.delete(first.dataset.id);
      throw error;
    }
  }

  function made(ending: string, name: string | undefined): Omit<NewDataset, 'hash' | 'rows' | 'bytes'> {
    const short = Array.from(dataset.name)
      .slice(0, 120 - ending.length)
      .join('')
      .trim();
    return {
      name: name ?? `${short}${ending}`,
      format: dataset.format,
      source: `${dataset.name}@${dataset.version}`,
      skipped_rows: 0,
      problem_count: 0,
      problems: [],
    };
  }
}

/** Which groups are held out, by their first rows. Large groups are passed over where smaller ones fit better. */
function choose(groups: Int32Array, near: NearDuplicates, split: DatasetSplit, dataset: Dataset) {
  const sizes = new Int32Array(groups.length);
  for (const first of groups) sizes[first]!++;
  const firsts = Uint32Array.from(sizes.keys()).filter((at) => sizes[at]! > 0);
  if (firsts.length < 2) throw new TataraError('dataset_cannot_split', { name: dataset.name, rows: dataset.rows });
  const drawn = new Float64Array(groups.length);
  for (const first of firsts) drawn[first] = near.draw(first, split.seed);
  const order = firsts.sort((a, b) => drawn[a]! - drawn[b]! || a - b);
  const asked = split.rows ?? Math.round((split.share ?? usualShare) * dataset.rows);
  const wanted = Math.min(Math.max(1, asked), dataset.rows - 1);
  const heldOut = new Uint8Array(groups.length);
  let rows = 0;
  for (const first of order) {
    if (rows >= wanted) break;
    if (rows + sizes[first]! > wanted) continue;
    heldOut[first] = 1;
    rows += sizes[first]!;
  }
  // Where even the smallest group has more rows than were asked for, it is the nearest that can be had.
  if (rows === 0) heldOut[order.toSorted((a, b) => sizes[a]! - sizes[b]!)[0]!] = 1;
  return { heldOut, groups: firsts.length };
}
