import type { ByteReader } from '../byteReader.ts';
import type { Reason } from '../formatError.ts';
import { type GgufArray, type GgufValue, type GgufValueType, ggufValueTypes } from './ggufValue.ts';

// More than any real model has; they bound the memory that a file of many tiny items can ask for.
const maxStrings = 1 << 24;
const maxItems = 1 << 28;
const maxStringBytes = 1 << 29;

/** The type and the value of a metadata entry; `key` is for what is said of a damaged one. */
export function readGgufValue(reader: ByteReader, key: string): GgufValue {
  const type = readType(reader, key);
  if (type === 'array') return readArray(reader, key);
  if (type === 'string') return { type, value: readString(reader) };
  const bytes = reader.bytes(scalarBytes[type]);
  switch (type) {
    case 'uint8':
      return { type, value: bytes.readUInt8() };
    case 'int8':
      return { type, value: bytes.readInt8() };
    case 'uint16':
      return { type, value: bytes.readUInt16LE() };
    case 'int16':
      return { type, value: bytes.readInt16LE() };
    case 'uint32':
      return { type, value: bytes.readUInt32LE() };
    case 'int32':
      return { type, value: bytes.readInt32LE() };
    case 'float32':
      return { type, value: bytes.readFloatLE() };
    case 'float64':
      return { type, value: bytes.readDoubleLE() };
    case 'uint64':
      return { type, value: bytes.readBigUInt64LE() };
    case 'int64':
      return { type, value: bytes.readBigInt64LE() };
    case 'bool':
      return { type, value: bytes.readUInt8() !== 0 };
  }
}

const scalarBytes = {
  uint8: 1,
  int8: 1,
  bool: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
  uint64: 8,
  int64: 8,
} as const;

function readArray(reader: ByteReader, key: string): GgufArray {
  const at = reader.position;
  const itemType = readType(reader, key);
  const what = { en: `items of '${key}'`, ja: `「${key}」の要素` };
  if (itemType === 'array') {
    return reader.fail(
      {
        en: `metadata '${key}' is an array of arrays, which is not supported`,
        ja: `メタデータ「${key}」は配列の配列で、対応していません`,
      },
      at,
    );
  }
  if (itemType === 'string') {
    const count = readCount(reader, 8, maxStrings, what);
    const value: string[] = [];
    for (let i = 0; i < count; i++) value.push(readString(reader));
    return { type: 'array', itemType, value };
  }
  const count = readCount(reader, scalarBytes[itemType], maxItems, what);
  const bytes = reader.bytes(count * scalarBytes[itemType]);
  if (itemType === 'bool') return { type: 'array', itemType, value: Array.from(bytes, (byte) => byte !== 0) };
  // A buffer of the array's own, since views need aligned memory and Node may pool small buffers.
  const { buffer } = new Uint8Array(bytes);
  switch (itemType) {
    case 'uint8':
      return { type: 'array', itemType, value: new Uint8Array(buffer) };
    case 'int8':
      return { type: 'array', itemType, value: new Int8Array(buffer) };
    case 'uint16':
      return { type: 'array', itemType, value: new Uint16Array(buffer) };
    case 'int16':
      return { type: 'array', itemType, value: new Int16Array(buffer) };
    case 'uint32':
      return { type: 'array', itemType, value: new Uint32Array(buffer) };
    case 'int32':
      return { type: 'array', itemType, value: new Int32Array(buffer) };
    case 'float32':
      return { type: 'array', itemType, value: new Float32Array(buffer) };
    case 'float64':
      return { type: 'array', itemType, value: new Float64Array(buffer) };
    case 'uint64':
      return { type: 'array', itemType, value: new BigUint64Array(buffer) };
    case 'int64':
      return { type: 'array', itemType, value: new BigInt64Array(buffer) };
  }
}

function readType(reader: ByteReader, key: string): GgufValueType {
  const at = reader.position;
  const number = reader.u32();
  return (
    ggufValueTypes[number] ??
    reader.fail(
      {
        en: `metadata '${key}' has the unknown type ${number}`,
        ja: `メタデータ「${key}」の型 ${number} は未知のものです`,
      },
      at,
    )
  );
}

/** A count whose items take at least `itemBytes` each, so that the rest of the file bounds it. */
export function readCount(reader: ByteReader, itemBytes: number, most: number, what: Reason): number {
  const at = reader.position;
  const count = reader.u64();
  if (count > BigInt(most) || count * BigInt(itemBytes) > BigInt(reader.remaining)) {
    reader.fail(
      {
        en: `it claims ${count} ${what.en}, more than its ${reader.file.bytes} bytes can hold`,
        ja: `${what.ja}が ${count} 個とされていますが、${reader.file.bytes} バイトのファイルには収まりません`,
      },
      at,
    );
  }
  return Number(count);
}

/** A text with its length before it. */
export function readString(reader: ByteReader, most = maxStringBytes): string {
  return reader.text(readCount(reader, 1, most, { en: 'bytes of text', ja: '文字列のバイト' }));
}
