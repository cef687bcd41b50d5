/** What the data set domain needs of the data base. Implemented by backend/db. */
import type { Dataset, DatasetDigest } from '../contract/dataset.ts';
import type { FoundProblem } from './foundProblem.ts';

export interface NewDataset
  extends Pick<Dataset, 'name' | 'hash' | 'format' | 'source' | 'rows' | 'bytes' | 'skipped_rows' | 'problem_count'> {
  /** What was wrong with the file: found just now, or that of the data set with this id. */
  readonly problems: readonly FoundProblem[] | { readonly of: string };
  /** Only the newest version counts as the same: whoever goes back to how it was wants that to be the newest. */
  readonly anew?: boolean;
}

/**
 * Synchronous on purpose: a row of the store and the folder of its rows come and go in one step of the event loop, so
 * that an import and a deletion of the same rows cannot come between each other.
 */
export interface DatasetStore {
  /**
   * In one transaction: where a version with this name and hash exists, that one and `unchanged`; else the next version
   * under the name, with a new id and the time of now. A version number is never given twice, not even after a deletion.
   */
  add(dataset: NewDataset): { readonly dataset: Dataset; readonly unchanged: boolean };
  get(id: string): Dataset | null;
  /** Newest first. */
  list(): readonly Dataset[];
  /** Problems of the import, in the order of the file. */
  problems(id: string, offset: number, limit: number): readonly FoundProblem[];
  /** How many of them are kept. */
  keptProblems(id: string): number;
  /** Does nothing where there is no such data set. */
  delete(id: string): void;
  /** Whether any data set, under whatever name, has these rows. */
  hasHash(hash: string): boolean;
}

/** Digests by the hash of the rows. */
export interface DigestStore {
  get(hash: string): DatasetDigest | null;
  put(hash: string, digest: DatasetDigest): void;
}
