import { damaged, type Reason } from './formatError.ts';
import { type OpenFile, readExactly } from './openFile.ts';

const windowBytes = 1 << 18;

/** Reads little-endian values one after the other through a small window, so that a file is never held as a whole. */
export class ByteReader {
  readonly file: OpenFile;
  #position = 0;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(file: OpenFile) {
    this.file = file;
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.file.bytes - this.#position;
  }

  u8(): number {
    return this.#take(1).readUInt8(0);
  }

  u32(): number {
    return this.#take(4).readUInt32LE(0);
  }

  u64(): bigint {
    return this.#take(8).readBigUInt64LE(0);
  }

  /** A copy of the next bytes; the caller has checked the count, and `remaining` is checked before anything is allocated. */
  bytes(count: number): Buffer<ArrayBuffer> {
    this.#need(count);
    const copy = Buffer.alloc(count);
    if (count <= windowBytes) this.#take(count).copy(copy);
    else {
      readExactly(this.file, this.#position, copy);
      this.#position += count;
    }
    return copy;
  }

  /** The next bytes as UTF-8; what is not UTF-8 becomes U+FFFD. */
  text(count: number): string {
    return (count <= windowBytes ? this.#take(count) : this.bytes(count)).toString('utf8');
  }

  fail(reason: Reason, offset = this.#position): never {
    throw damaged(this.file.path, reason, offset);
  }

  /** A view of the next bytes that is valid until the next call. */
  #take(count: number): Buffer {
    this.#need(count);
    let start = this.#position - this.#windowStart;
    if (start + count > this.#window.length) {
      const size = Math.min(windowBytes, this.remaining);
      this.#window = Buffer.alloc(size);
      readExactly(this.file, this.#position, this.#window);
      this.#windowStart = this.#position;
      start = 0;
    }
    this.#position += count;
    return this.#window.subarray(start, start + count);
  }

  #need(count: number): void {
    if (count <= this.remaining) return;
    this.fail({
      en: `it ends at byte ${this.file.bytes}, ${count - this.remaining} bytes too early`,
      ja: `${this.file.bytes} バイト目で途切れており、${count - this.remaining} バイト足りません`,
    });
  }
}
