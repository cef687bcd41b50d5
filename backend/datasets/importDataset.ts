import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, rm } from 'node:fs/promises';
import { basename, extname, join, win32 } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Language, Name } from '../contract/common.ts';
import type { DatasetFormat, DatasetImported } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { DatasetStore } from './datasetStore.ts';
import { describeProblem } from './foundProblem.ts';
import { importError, openSource, syncFolder } from './importFiles.ts';
import { keepRows } from './keepRows.ts';
import { type ImportProgress, readSource } from './readSource.ts';
import { RowWriter } from './rowWriter.ts';

export interface ImportOptions {
  /** Absolute path, or the file itself, which is first written to disk beside the data sets. */
  readonly source: string | Readable;
  /** File name of the source; a folder in it is dropped. */
  readonly filename: string;
  /** Absent: the file name without its extension. */
  readonly name?: string | undefined;
  /** Absent: by extension and content. */
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

/** The others are had from the data set. */
const toldProblems = 100;

/**
 * Reads a file of any size into a new data set, or a new version of one. Nothing is kept unless all of it went well.
 * Throws a TataraError of the table's `dataset_*` codes, with the problems of single rows in `problems`; `disk_full`;
 * or the signal's reason.
 */
export async function importDataset(options: ImportOptions): Promise<DatasetImported> {
  const file = basename(win32.basename(options.filename));
  const name = datasetName(options.name, file);
  const { directory, signal } = options;
  // In this folder everything happens that may fail; it disappears in any case.
  const folder = join(directory, `.import-${randomUUID()}`);
  try {
    signal?.throwIfAborted();
    await mkdir(join(folder, 'rows'), { recursive: true });
    const path = await sourcePath(options, join(folder, 'source'));
    const { handle, size } = await openSource(path);
    await using _closing = handle;
    return await importFile({ handle, size, folder: join(folder, 'rows'), file, name, options });
  } catch (error) {
    throw importError(error, directory);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function sourcePath({ source, signal }: ImportOptions, aside: string): Promise<string> {
  if (typeof source === 'string') return source;
  await pipeline(source, createWriteStream(aside, { flags: 'wx' }), signal === undefined ? {} : { signal });
  return aside;
}

async function importFile(job: {
  readonly handle: FileHandle;
  readonly size: number;
  readonly folder: string;
  readonly file: string;
  readonly name: string;
  readonly options: ImportOptions;
}): Promise<DatasetImported> {
  const { file, name, folder, options } = job;
  const { read, written } = await readRows();
  options.signal?.throwIfAborted();
  await syncFolder(folder);
  const added = keepRows(folder, options.directory, options.store, {
    ...{ name, hash: written.hash, format: read.format, source: file },
    ...{ rows: written.rows, bytes: written.bytes, skipped_rows: read.skippedRows },
    ...{ problem_count: read.problemCount, problems: read.problems },
  });
  await syncFolder(options.directory);
  const told = read.problems.slice(0, toldProblems).map((problem) => describeProblem(problem, options.language));
  return { ...added, problems: told, problem_count: read.problemCount };

  async function readRows() {
    await using writer = await RowWriter.create(folder);
    const read = await readSource(job.handle, job.size, { ...options, file, writer });
    return { read, written: await writer.finish() };
  }
}

/** The name asked for, or one made of the file name, where what a name may not hold becomes a hyphen. */
function datasetName(asked: string | undefined, file: string): string {
  if (asked !== undefined) {
    if (!Name.safeParse(asked).success) throw new TataraError('dataset_name_invalid', { name: asked });
    return asked;
  }
  const made = basename(file, extname(file))
    .toWellFormed()
    .replace(/[\p{C}/\\@]+/gu, '-')
    .trim();
  const short = Array.from(made)
    .slice(0, 120)
    .join('')
    .slice(0, 120)
    .toWellFormed()
    .replace(/\ufffd$/u, '')
    .trim();
  return Name.safeParse(short).success ? short : 'data';
}
