import assert from 'node:assert/strict';
import { FormatError, type FormatErrorCode } from '../../../native/formats/formatError.ts';

/** Runs a reader on bad bytes: it may succeed or throw a FormatError with a reason in both languages, nothing else. */
export function readsOrRefuses(read: () => unknown): FormatError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (error.code === 'model_damaged') {
      assert.equal(typeof error.details.reason, 'string');
      assert.equal(typeof error.details.reason_ja, 'string');
    }
    if (error.code === 'model_feature') assert.equal(typeof error.details.feature_ja, 'string');
    return error;
  }
}

export function refuses(read: () => unknown, code: FormatErrorCode, text: RegExp): void {
  assert.throws(read, (error: unknown) => {
    assert.ok(error instanceof FormatError, String(error));
    assert.equal(error.code, code);
    assert.match(Object.values(error.details).join(' '), text);
    return true;
  });
}

/** Bytes put together from numbers and texts, little-endian, for headers that no writer would write. */
export function bytesOf(...parts: readonly (string | { u32: number } | { u64: bigint } | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      if (part instanceof Uint8Array) return part;
      const bytes = Buffer.alloc('u32' in part ? 4 : 8);
      if ('u32' in part) bytes.writeUInt32LE(part.u32);
      else bytes.writeBigUInt64LE(part.u64);
      return bytes;
    }),
  );
}

export const u32 = (value: number) => ({ u32: value });
export const u64 = (value: number | bigint) => ({ u64: BigInt(value) });
export const string = (value: string) => bytesOf(u64(Buffer.byteLength(value)), value);
