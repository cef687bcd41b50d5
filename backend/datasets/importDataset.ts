import type { Readable } from 'node:stream';
import type { Language } from '../contract/common.ts';
import type { DatasetFormat, DatasetImported } from '../contract/dataset.ts';
import type { DatasetStore } from './datasetStore.ts';

export interface ImportProgress {
  readonly bytesRead: number;
  /** Of the whole file. */
  readonly bytesTotal: number;
  readonly rows: number;
  readonly problems: number;
}

export interface ImportOptions {
  /** Absolute path, or the file itself, which is first written to disk beside the data sets. */
  readonly source: string | Readable;
  /** File name of the source; a folder in it is dropped. */
  readonly filename: string;
  readonly name?: string | undefined;
  readonly format?: DatasetFormat | undefined;
  /** Take the good rows where others are broken. */
  readonly skipBroken: boolean;
  /** Where the rows of all data sets lie, each in a folder named by its hash. */
  readonly directory: string;
  readonly store: DatasetStore;
  /** Of the problems' texts. */
  readonly language: Language;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export async function importDataset(options: ImportOptions): Promise<DatasetImported> {
  throw new Error(`import of ${options.filename}`);
}
