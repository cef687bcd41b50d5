import { decodeBf16, decodeF16 } from '../codecs.ts';
import { damaged, type Reason } from '../formatError.ts';
import { openFile, readExactly } from '../openFile.ts';

/** Bytes of one element. Source: the format's description in the README of huggingface/safetensors. */
const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;
export type SafetensorsDtype = keyof typeof dtypeBytes;

export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  /** Outermost dimension first, the last one's elements lie side by side; empty for a scalar. */
  readonly shape: readonly number[];
  /** Absolute offset in the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsFile extends Disposable {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** A copy of `bytes` bytes of a tensor from its byte `from` on; the whole of it by default. */
  read(tensor: SafetensorsTensor, from?: number, bytes?: number): Uint8Array<ArrayBuffer>;
}

// The reference's own limit.
const maxHeaderBytes = 100_000_000;

/**
 * Opens a safetensors file and checks its header: lengths against the file's size before anything is allocated, and, as
 * the reference does, that the tensors cover the data without gaps or overlaps. Throws FormatError `model_damaged`.
 */
export function openSafetensors(path: string): SafetensorsFile {
  const file = openFile(path);
  try {
    const fail = (reason: Reason, offset?: number, cause?: unknown): never => {
      throw damaged(path, reason, offset, cause);
    };
    if (file.bytes < 8) fail({ en: 'it is too short for a safetensors file', ja: 'safetensors としては短すぎます' });
    const start = Buffer.alloc(8);
    readExactly(file, 0, start);
    const claimed = start.readBigUInt64LE();
    if (claimed > BigInt(Math.min(maxHeaderBytes, file.bytes - 8))) {
      fail(
        {
          en: `it claims a header of ${claimed} bytes in a file of ${file.bytes}`,
          ja: `${file.bytes} バイトのファイルにヘッダーが ${claimed} バイトあるとされています`,
        },
        0,
      );
    }
    const headerBytes = Number(claimed);
    const header = Buffer.alloc(headerBytes);
    readExactly(file, 8, header);
    const dataBytes = file.bytes - 8 - headerBytes;
    const { metadata, tensors } = parseHeader(header, 8 + headerBytes, dataBytes, fail);
    return {
      path,
      metadata,
      tensors,
      read(tensor, from = 0, bytes = tensor.bytes - from) {
        if (from < 0 || bytes < 0 || from + bytes > tensor.bytes) throw new RangeError(`outside of ${tensor.name}`);
        const copy = new Uint8Array(bytes);
        readExactly(file, tensor.offset + from, copy);
        return copy;
      },
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

type Fail = (reason: Reason, offset?: number, cause?: unknown) => never;

function parseHeader(header: Buffer, dataOffset: number, dataBytes: number, fail: Fail) {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch (error) {
    fail({ en: 'its header is not JSON', ja: 'ヘッダーが JSON ではありません' }, 8, error);
  }
  if (!isRecord(json))
    return fail({ en: 'its header is not a JSON object', ja: 'ヘッダーがオブジェクトではありません' }, 8);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, entry] of Object.entries(json)) {
    if (name !== '__metadata__') tensors.set(name, parseTensor(name, entry, dataOffset, fail));
    else if (isRecord(entry)) {
      for (const [key, value] of Object.entries(entry)) if (typeof value === 'string') metadata.set(key, value);
    }
  }
  let end = dataOffset;
  for (const tensor of [...tensors.values()].sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    if (tensor.offset !== end) {
      fail(
        {
          en: `tensor '${tensor.name}' begins at byte ${tensor.offset}, not at ${end}, where the one before it ends`,
          ja: `テンソル「${tensor.name}」が直前の終わり ${end} ではなく ${tensor.offset} バイト目から始まっています`,
        },
        8,
      );
    }
    end += tensor.bytes;
  }
  if (end !== dataOffset + dataBytes) {
    fail(
      {
        en: `its tensors end at byte ${end}, the file at ${dataOffset + dataBytes}`,
        ja: `テンソルの終わりは ${end} バイト目ですが、ファイルの終わりは ${dataOffset + dataBytes} バイト目です`,
      },
      end,
    );
  }
  return { metadata, tensors };
}

function parseTensor(name: string, entry: unknown, dataOffset: number, fail: Fail): SafetensorsTensor {
  const wrong = (what: Reason) => fail({ en: `tensor '${name}' ${what.en}`, ja: `テンソル「${name}」${what.ja}` }, 8);
  if (!isRecord(entry)) return wrong({ en: 'has no description', ja: 'の記述がありません' });
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypeBytes, dtype)) {
    return wrong({ en: `has the unknown type ${String(dtype)}`, ja: `の型 ${String(dtype)} は未知のものです` });
  }
  if (!isLengths(shape)) return wrong({ en: 'has no proper shape', ja: 'の形が正しくありません' });
  if (!isLengths(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return wrong({ en: 'has no proper place', ja: 'の位置が正しくありません' });
  }
  const bytes = shape.reduce((product, length) => product * length, dtypeBytes[dtype as SafetensorsDtype]);
  if (bytes !== offsets[1]! - offsets[0]!) {
    return wrong({
      en: `needs ${bytes} bytes but has ${offsets[1]! - offsets[0]!}`,
      ja: `には ${bytes} バイト必要ですが ${offsets[1]! - offsets[0]!} バイトしか割り当てられていません`,
    });
  }
  return { name, dtype: dtype as SafetensorsDtype, shape, offset: dataOffset + offsets[0]!, bytes };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLengths(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** The values of a tensor's bytes as floats, or undefined for a type that has no such meaning here (8-bit floats). */
export function safetensorsValues(dtype: SafetensorsDtype, bytes: Uint8Array): Float32Array<ArrayBuffer> | undefined {
  // A copy, since views need aligned memory.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return decodeF16(new Uint16Array(buffer));
    case 'BF16':
      return decodeBf16(new Uint16Array(buffer));
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'BOOL':
    case 'U8':
      return Float32Array.from(new Uint8Array(buffer));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer));
    case 'U16':
      return Float32Array.from(new Uint16Array(buffer));
    case 'I16':
      return Float32Array.from(new Int16Array(buffer));
    case 'U32':
      return Float32Array.from(new Uint32Array(buffer));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer), Number);
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'F8_E4M3':
    case 'F8_E5M2':
      return undefined;
  }
}
