/** What jobs on data sets need of the data base. Implemented by backend/db. */
import type { Language } from '../contract/common.ts';
import type { DatasetImport } from '../contract/dataset.ts';
import type { DatasetJobState, DatasetSplit } from '../contract/datasetJob.ts';
import type { StoredError } from '../contract/errorBody.ts';

export type DatasetJobRequest =
  | { readonly kind: 'import'; readonly import: DatasetImport }
  | { readonly kind: 'split'; readonly dataset: string; readonly split: DatasetSplit };

export interface DatasetJobRecord {
  readonly id: string;
  readonly state: DatasetJobState;
  readonly request: DatasetJobRequest;
  /** Of the person who asked: what is told of single rows is written in it. */
  readonly language: Language;
  readonly subject: string;
  /** What the request's work returned. */
  readonly result: unknown;
  readonly error: StoredError | null;
  /** How often the backend died under it. */
  readonly interruptions: number;
  readonly created_at: string;
  readonly ended_at: string | null;
}

export type DatasetJobChange = Partial<
  Pick<DatasetJobRecord, 'state' | 'result' | 'error' | 'interruptions' | 'ended_at'>
>;

export interface DatasetJobStore {
  add(job: DatasetJobRecord): void;
  change(id: string, change: DatasetJobChange): void;
  get(id: string): DatasetJobRecord | null;
  /** Newest first. */
  list(limit: number): readonly DatasetJobRecord[];
  /** Oldest first. */
  inStates(states: readonly DatasetJobState[]): readonly DatasetJobRecord[];
  /** Forgets those that have ended, but for the newest. */
  prune(keep: number): void;
}
