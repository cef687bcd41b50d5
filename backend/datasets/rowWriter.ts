import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { DatasetRow } from '../contract/dataset.ts';
import { indexEntryBytes, indexFile, rowsFile } from './rowFiles.ts';
import { rowLine } from './rowLine.ts';

export interface WrittenRows {
  /** `sha256:` and hex digits. */
  readonly hash: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Writes normalised rows and their index into a folder, and hashes them on the way. */
export class RowWriter implements AsyncDisposable {
  private readonly rowsHandle: FileHandle;
  private readonly indexHandle: FileHandle;
  private readonly hash = createHash('sha256');
  private lines: string[] = [];
  private offsets: number[] = [];
  private rows = 0;
  private bytes = 0;
  private flushed = 0;

  static async create(folder: string): Promise<RowWriter> {
    const rows = await open(rowsFile(folder), 'wx');
    try {
      return new RowWriter(rows, await open(indexFile(folder), 'wx'));
    } catch (error) {
      await rows.close();
      throw error;
    }
  }

  private constructor(rows: FileHandle, index: FileHandle) {
    this.rowsHandle = rows;
    this.indexHandle = index;
  }

  get pendingBytes(): number {
    return this.bytes - this.flushed;
  }

  add(row: DatasetRow): void {
    const line = rowLine(row);
    this.lines.push(line);
    this.offsets.push(this.bytes);
    this.bytes += Buffer.byteLength(line);
    this.rows++;
  }

  async flush(): Promise<void> {
    const lines = Buffer.from(this.lines.join(''));
    const offsets = Buffer.alloc(this.offsets.length * indexEntryBytes);
    for (const [index, offset] of this.offsets.entries())
      offsets.writeBigUInt64LE(BigInt(offset), index * indexEntryBytes);
    this.lines = [];
    this.offsets = [];
    this.flushed = this.bytes;
    this.hash.update(lines);
    await this.rowsHandle.writeFile(lines);
    await this.indexHandle.writeFile(offsets);
  }

  /** Everything is on the disk when this returns. */
  async finish(): Promise<WrittenRows> {
    this.offsets.push(this.bytes);
    await this.flush();
    await this.rowsHandle.sync();
    await this.indexHandle.sync();
    return { hash: `sha256:${this.hash.digest('hex')}`, rows: this.rows, bytes: this.bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rowsHandle.close();
    await this.indexHandle.close();
  }
}
