import { endianness } from 'node:os';
import { ByteReader } from '../byteReader.ts';
import { FormatError } from '../formatError.ts';
import { type OpenFile, openFile, readExactly } from '../openFile.ts';
import { foreignFormat } from './foreignFormat.ts';
import { type GgmlTypeName, ggmlTypeNames, ggmlTypeOfNumber } from './ggmlTypes.ts';
import type { GgufMetadata, GgufValue } from './ggufValue.ts';
import { readCount, readGgufValue, readString } from './readGgufValue.ts';

export interface GgufTensor {
  readonly name: string;
  readonly type: GgmlTypeName;
  /** The type's number in the file. */
  readonly typeNumber: number;
  /** 1 to 4 dimensions in ggml's order: shape[0] is the row length, its elements lie side by side. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** Absolute offset in the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly path: string;
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
  readonly alignment: number;
  /** Absolute offset of the first tensor's data. */
  readonly dataOffset: number;
  readonly fileBytes: number;
}

/**
 * Reads everything of a GGUF file but its tensors' data. Every count, length and offset is checked against the file's
 * size before anything is allocated or repeated for it, and against the limits that ggml's own reader has.
 * Throws FormatError: `model_damaged`, or `model_tensor_type` for a type that ggml does not have (any more).
 * Source: docs/gguf.md and src/gguf.cpp of ggml.
 */
export function readGgufHeader(path: string): GgufHeader {
  using file = openFile(path);
  return readHeader(file);
}

/** An open GGUF file, for reading tensors. */
export interface GgufFile extends Disposable {
  readonly header: GgufHeader;
  /** A copy of `bytes` bytes of a tensor's data from its byte `from` on; the whole of it by default. */
  read(tensor: GgufTensor, from?: number, bytes?: number): Uint8Array<ArrayBuffer>;
  /** The same into memory that exists: fills `into`. */
  readInto(tensor: GgufTensor, into: Uint8Array, from?: number): void;
  /** The tensor by name, or undefined. */
  tensor(name: string): GgufTensor | undefined;
}

export function openGguf(path: string): GgufFile {
  const file = openFile(path);
  try {
    const header = readHeader(file);
    const byName = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
    const readInto = (tensor: GgufTensor, into: Uint8Array, from = 0) => {
      if (from < 0 || from + into.length > tensor.bytes) throw new RangeError(`outside of tensor ${tensor.name}`);
      readExactly(file, tensor.offset + from, into);
    };
    return {
      header,
      readInto,
      read(tensor, from = 0, bytes = tensor.bytes - from) {
        const copy = new Uint8Array(bytes);
        readInto(tensor, copy, from);
        return copy;
      },
      tensor: (name) => byName.get(name),
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

// More than any real model has; it bounds the memory that a file of many tiny entries can ask for.
const maxEntries = 1 << 20;
/** GGML_MAX_NAME less the closing zero. */
export const maxTensorNameBytes = 63;
const defaultAlignment = 32;

function readHeader(file: OpenFile): GgufHeader {
  if (endianness() !== 'LE') throw new Error('Only little-endian machines are supported.');
  const reader = new ByteReader(file);
  const version = readVersion(reader);
  const tensorCount = readCount(reader, 24, maxEntries, { en: 'tensors', ja: 'テンソル' });
  const entryCount = readCount(reader, 13, maxEntries, { en: 'metadata entries', ja: 'メタデータ項目' });
  const metadata = readMetadata(reader, entryCount);
  const alignment = readAlignment(reader, metadata);
  const infos: TensorInfo[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) infos.push(readTensorInfo(reader, names));
  const dataOffset = Math.ceil(reader.position / alignment) * alignment;
  const tensors = placeTensors(reader, infos, dataOffset, alignment);
  return { path: file.path, version, metadata, tensors, alignment, dataOffset, fileBytes: file.bytes };
}

function readVersion(reader: ByteReader): number {
  if (reader.remaining === 0) reader.fail({ en: 'it is empty', ja: 'ファイルが空です' });
  const magic = reader.bytes(Math.min(4, reader.remaining)).toString('latin1');
  if (magic !== 'GGUF') reader.fail(foreignFormat(reader.file, magic), 0);
  const version = reader.u32();
  if (version === 2 || version === 3) return version;
  if (version === 1) {
    return reader.fail(
      {
        en: 'it is GGUF version 1, which is no longer read; versions 2 and 3 are',
        ja: 'GGUF バージョン 1 は読めません(対応はバージョン 2 と 3)',
      },
      4,
    );
  }
  if ((version & 0xffff) === 0 && version !== 0) {
    return reader.fail(
      {
        en: 'it is a big-endian GGUF file; only little-endian ones are read',
        ja: 'ビッグエンディアンの GGUF は読めません(対応はリトルエンディアンのみ)',
      },
      4,
    );
  }
  return reader.fail(
    {
      en: `its GGUF version is ${version}; versions 2 and 3 are read`,
      ja: `GGUF バージョン ${version} は読めません(対応はバージョン 2 と 3)`,
    },
    4,
  );
}

function readMetadata(reader: ByteReader, count: number): GgufMetadata {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const at = reader.position;
    const key = readString(reader, 0xffff);
    if (key === '' || metadata.has(key)) {
      reader.fail(
        key === ''
          ? { en: `metadata entry ${i} has no name`, ja: `メタデータ項目 ${i} に名前がありません` }
          : { en: `metadata '${key}' stands twice`, ja: `メタデータ「${key}」が重複しています` },
        at,
      );
    }
    metadata.set(key, readGgufValue(reader, key));
  }
  return metadata;
}

function readAlignment(reader: ByteReader, metadata: GgufMetadata): number {
  const value = metadata.get('general.alignment');
  if (value === undefined) return defaultAlignment;
  if (value.type === 'uint32' && value.value > 0 && Math.log2(value.value) % 1 === 0) return value.value;
  return reader.fail({
    en: "'general.alignment' is not a power of two of type uint32",
    ja: '「general.alignment」が uint32 型の 2 のべき乗ではありません',
  });
}

interface TensorInfo {
  readonly at: number;
  readonly name: string;
  readonly type: NonNullable<ReturnType<typeof ggmlTypeOfNumber>>;
  readonly shape: readonly number[];
  readonly elements: number;
  /** From the start of the data. */
  readonly offset: bigint;
}

function readTensorInfo(reader: ByteReader, names: Set<string>): TensorInfo {
  const at = reader.position;
  const name = readString(reader, maxTensorNameBytes);
  if (names.has(name)) {
    reader.fail({ en: `tensor '${name}' stands twice`, ja: `テンソル「${name}」が重複しています` }, at);
  }
  names.add(name);
  const dimensions = reader.u32();
  if (dimensions > 4) {
    reader.fail(
      {
        en: `tensor '${name}' has ${dimensions} dimensions; 4 are the most`,
        ja: `テンソル「${name}」の次元数 ${dimensions} は上限の 4 を超えています`,
      },
      at,
    );
  }
  const shape: number[] = [];
  let elements = 1n;
  for (let i = 0; i < dimensions; i++) {
    const length = reader.u64();
    elements *= length;
    if (length > BigInt(Number.MAX_SAFE_INTEGER) || elements > BigInt(Number.MAX_SAFE_INTEGER)) {
      reader.fail(
        {
          en: `tensor '${name}' has a length of ${length} in dimension ${i}`,
          ja: `テンソル「${name}」の次元 ${i} の長さが ${length} とされています`,
        },
        at,
      );
    }
    shape.push(Number(length));
  }
  if (shape.length === 0) shape.push(1);
  const typeNumber = reader.u32();
  const type = ggmlTypeOfNumber(typeNumber);
  if (type === undefined) {
    throw new FormatError('model_tensor_type', {
      tensor: name,
      tensorType: `type ${typeNumber}`,
      supported: ggmlTypeNames.join(', '),
      path: reader.file.path,
      offset: at,
    });
  }
  if (shape[0]! % type.blockElements !== 0) {
    reader.fail(
      {
        en: `tensor '${name}' of type ${type.name} has rows of ${shape[0]} elements, not a multiple of ${type.blockElements}`,
        ja: `${type.name} 型のテンソル「${name}」の行の長さ ${shape[0]} が ${type.blockElements} の倍数ではありません`,
      },
      at,
    );
  }
  return { at, name, type, shape, elements: Number(elements), offset: reader.u64() };
}

/** Checks that every tensor lies in the file, aligned, and that no two share bytes. */
function placeTensors(
  reader: ByteReader,
  infos: readonly TensorInfo[],
  dataOffset: number,
  alignment: number,
): GgufTensor[] {
  const available = BigInt(Math.max(0, reader.file.bytes - dataOffset));
  const tensors = infos.map((info): GgufTensor => {
    const bytes = BigInt(info.elements / info.type.blockElements) * BigInt(info.type.blockBytes);
    if (info.offset % BigInt(alignment) !== 0n) {
      reader.fail(
        {
          en: `tensor '${info.name}' lies at ${info.offset}, not a multiple of ${alignment}`,
          ja: `テンソル「${info.name}」の位置 ${info.offset} が ${alignment} の倍数ではありません`,
        },
        info.at,
      );
    }
    if (info.offset + bytes > available) {
      reader.fail(
        {
          en: `tensor '${info.name}' ends ${info.offset + bytes - available} bytes after the end of the file`,
          ja: `テンソル「${info.name}」がファイルの末尾を ${info.offset + bytes - available} バイト超えています`,
        },
        info.at,
      );
    }
    return {
      name: info.name,
      type: info.type.name,
      typeNumber: info.type.number,
      shape: info.shape,
      elements: info.elements,
      offset: dataOffset + Number(info.offset),
      bytes: Number(bytes),
    };
  });
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (tensor.bytes === 0) continue;
    if (tensor.offset < end) {
      reader.fail(
        {
          en: `tensor '${tensor.name}' lies on bytes of another tensor`,
          ja: `テンソル「${tensor.name}」が別のテンソルと重なっています`,
        },
        tensor.offset,
      );
    }
    end = tensor.offset + tensor.bytes;
  }
  return tensors;
}
