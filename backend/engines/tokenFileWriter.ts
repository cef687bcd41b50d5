import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tokenFileHeaderBytes, tokenFileMagic, tokenFileVersion } from '../../native/contract/tokenFile.ts';
import { diskFull, writeAside } from '../files/writeAside.ts';
import type { EncodedRow, TokenFiles, TokenFileWriter } from '../training/ports.ts';

export const tokenFiles: TokenFiles = { create: (path) => new Writer(path) };

const chunkTokens = 64 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * Tokens and answers are kept in two files beside the place until all rows are known, since their places in the file
 * depend on the number of rows; so a data set may be larger than the memory.
 */
class Writer implements TokenFileWriter {
  readonly #path: string;
  readonly #tokens: Spill;
  readonly #answers: Spill;
  readonly #offsets: number[] = [0];
  longestRow = 0;

  constructor(path: string) {
    this.#path = path;
    this.#tokens = new Spill(`${path}.tokens`);
    this.#answers = new Spill(`${path}.answers`);
  }

  get rows(): number {
    return this.#offsets.length - 1;
  }

  get tokens(): number {
    return this.#offsets.at(-1)!;
  }

  add({ tokens, answer }: EncodedRow): void {
    const total = this.tokens + tokens.length;
    if (total > 0xffffffff) throw new RangeError('more tokens than a token file can count');
    try {
      this.#tokens.write(new Uint8Array(Int32Array.from(tokens).buffer));
      this.#answers.write(Uint8Array.from(answer, Number));
    } catch (error) {
      throw diskFull(error, this.#path);
    }
    this.#offsets.push(total);
    this.longestRow = Math.max(this.longestRow, tokens.length);
  }

  async finish(): Promise<string> {
    try {
      this.#tokens.flush();
      this.#answers.flush();
    } catch (error) {
      throw diskFull(error, this.#path);
    }
    const hash = createHash('sha256');
    await writeAside(this.#path, async (file) => {
      const write = async (bytes: Uint8Array) => {
        hash.update(bytes);
        await file.writeFile(bytes);
      };
      const header = Buffer.alloc(tokenFileHeaderBytes);
      header.write(tokenFileMagic, 'latin1');
      header.writeUInt32LE(tokenFileVersion, 4);
      header.writeUInt32LE(this.rows, 8);
      header.writeUInt32LE(this.tokens, 12);
      await write(header);
      await write(new Uint8Array(Uint32Array.from(this.#offsets).buffer));
      for (const spill of [this.#tokens, this.#answers]) for await (const bytes of spill.read()) await write(bytes);
    });
    return `sha256:${hash.digest('hex')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tokens.remove();
    this.#answers.remove();
  }
}

/** Bytes that are appended in large pieces. */
class Spill {
  readonly #path: string;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(chunkTokens * 4);
  #used = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'w');
  }

  write(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const piece = bytes.subarray(done, done + this.#buffer.length - this.#used);
      this.#buffer.set(piece, this.#used);
      this.#used += piece.length;
      done += piece.length;
      if (this.#used === this.#buffer.length) this.flush();
    }
  }

  flush(): void {
    let done = 0;
    while (done < this.#used) done += writeSync(this.#fd, this.#buffer, done, this.#used - done);
    this.#used = 0;
  }

  async *read(): AsyncGenerator<Uint8Array> {
    await using file = await open(this.#path, 'r');
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.#path, { force: true });
  }
}
