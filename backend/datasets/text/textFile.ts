import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const chunkBytes = 256 * 1024;

/**
 * Decodes a file piece by piece. A byte that is not UTF-8 becomes U+DC00 plus the byte, which no valid text holds: its
 * place is thereby known wherever the text is looked at, and the rows around it can still be read.
 */
export class TextFile {
  readonly encoding: TextEncoding;
  /** Of the file, so far. */
  bytesRead: number;
  /** Offset in the file of the first byte that is not UTF-8. */
  firstInvalid: number | null = null;
  private readonly handle: FileHandle;
  private buffer: Buffer = Buffer.alloc(chunkBytes);
  private rest: Buffer = Buffer.alloc(0);

  /** `start`: bytes of the byte order mark. */
  constructor(handle: FileHandle, encoding: TextEncoding, start: number) {
    this.handle = handle;
    this.encoding = encoding;
    this.bytesRead = start;
  }

  /** The next piece, of about so many bytes; null at the end. A piece may be empty. */
  async read(bytes = chunkBytes): Promise<string | null> {
    if (this.buffer.length < bytes) this.buffer = Buffer.alloc(bytes);
    const { buffer } = this;
    const { bytesRead } = await this.handle.read(buffer, 0, Math.max(bytes, chunkBytes), this.bytesRead);
    const fileOffset = this.bytesRead - this.rest.length;
    this.bytesRead += bytesRead;
    const ended = bytesRead === 0;
    if (ended && this.rest.length === 0) return null;
    const all =
      this.rest.length === 0
        ? buffer.subarray(0, bytesRead)
        : Buffer.concat([this.rest, buffer.subarray(0, bytesRead)]);
    const whole = ended ? all.length : this.wholeLength(all);
    this.rest = Buffer.from(all.subarray(whole));
    const piece = all.subarray(0, whole);
    return this.encoding === 'utf-8' ? this.decodeUtf8(piece, fileOffset) : this.decodeUtf16(piece);
  }

  /** Bytes up to the last whole character. */
  private wholeLength(bytes: Buffer): number {
    if (this.encoding !== 'utf-8') return bytes.length - (bytes.length % 2);
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
      if (byte < 0x80) break;
    }
    return bytes.length;
  }

  private decodeUtf8(bytes: Buffer, fileOffset: number): string {
    if (isUtf8(bytes)) return bytes.toString('utf8');
    let text = '';
    let start = 0;
    for (let at = 0; at < bytes.length; ) {
      const length = validSequence(bytes, at);
      if (length > 0) {
        at += length;
        continue;
      }
      this.firstInvalid ??= fileOffset + at;
      text += bytes.toString('utf8', start, at) + String.fromCharCode(0xdc00 + bytes[at]!);
      start = ++at;
    }
    return text + bytes.toString('utf8', start);
  }

  private decodeUtf16(bytes: Buffer): string {
    const even = bytes.length - (bytes.length % 2);
    const units =
      this.encoding === 'utf-16be' ? Buffer.from(bytes.subarray(0, even)).swap16() : bytes.subarray(0, even);
    // Half a unit at the end of the file is marked like a byte that is not UTF-8.
    return units.toString('utf16le') + (even < bytes.length ? String.fromCharCode(0xdc00 + bytes[even]!) : '');
  }
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/** Bytes of the valid UTF-8 sequence at `at`, 0 where there is none (Unicode 16, table 3-7). */
export function validSequence(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = sequenceLength(lead);
  const second = bytes[at + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let next = 2; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
