import { writeAll, writeAside } from '../writeAside.ts';
import { type GgmlTypeName, ggmlBytes, ggmlType } from './ggmlTypes.ts';
import { type GgufScalar, type GgufValue, ggufValueTypes } from './ggufValue.ts';
import { maxTensorNameBytes } from './readGguf.ts';

export interface GgufTensorSource {
  readonly name: string;
  readonly type: GgmlTypeName;
  /** In ggml's order: shape[0] is the row length. */
  readonly shape: readonly number[];
  /** The bytes in the type's own encoding, as one view on memory or piece by piece when their turn has come. */
  readonly data: NodeJS.ArrayBufferView | (() => Iterable<NodeJS.ArrayBufferView>);
}

export interface GgufSource {
  readonly metadata: Iterable<readonly [string, GgufValue]>;
  readonly tensors: readonly GgufTensorSource[];
}

/**
 * Writes a GGUF file, version 3, little-endian, tensors in the given order without gaps, as ggml's reader demands.
 * The file is written aside and renamed. Throws FormatError `disk_full`, RangeError for a source that is wrong in itself.
 */
export function writeGguf(path: string, source: GgufSource): void {
  const metadata = [...source.metadata];
  const alignment = alignmentOf(metadata);
  const parts: Uint8Array[] = [Buffer.from('GGUF'), u32(3), u64(source.tensors.length), u64(metadata.length)];
  checkUnique(metadata.map(([key]) => key));
  for (const [key, value] of metadata) {
    if (key === '') throw new RangeError('a metadata entry has no name');
    parts.push(string(key), ...encodeValue(value));
  }
  checkUnique(source.tensors.map((tensor) => tensor.name));
  let offset = 0;
  for (const tensor of source.tensors) {
    parts.push(...tensorInfo(tensor, offset));
    offset += padded(tensorBytes(tensor), alignment);
  }
  const header = Buffer.concat(parts);
  writeAside(path, (fd) => {
    writeAll(fd, header);
    writePadding(fd, header.length, alignment);
    for (const tensor of source.tensors) writeTensor(fd, tensor, alignment);
  });
}

function writeTensor(fd: number, tensor: GgufTensorSource, alignment: number): void {
  const expected = tensorBytes(tensor);
  let written = 0;
  for (const piece of typeof tensor.data === 'function' ? tensor.data() : [tensor.data]) {
    writeAll(fd, piece);
    written += piece.byteLength;
  }
  if (written !== expected) throw new RangeError(`tensor ${tensor.name}: ${written} bytes instead of ${expected}`);
  writePadding(fd, written, alignment);
}

function tensorInfo(tensor: GgufTensorSource, offset: number): Uint8Array[] {
  if (Buffer.byteLength(tensor.name) > maxTensorNameBytes) throw new RangeError(`tensor name too long: ${tensor.name}`);
  if (tensor.shape.length < 1 || tensor.shape.length > 4) throw new RangeError(`tensor ${tensor.name}: dimensions`);
  if (tensor.shape.some((length) => !Number.isSafeInteger(length) || length < 0)) {
    throw new RangeError(`tensor ${tensor.name}: shape ${tensor.shape}`);
  }
  if (tensor.shape[0]! % ggmlType(tensor.type).blockElements !== 0) {
    throw new RangeError(`tensor ${tensor.name}: rows of ${tensor.shape[0]} elements cannot be ${tensor.type}`);
  }
  const shape = tensor.shape.map((length) => u64(length));
  return [string(tensor.name), u32(shape.length), ...shape, u32(ggmlType(tensor.type).number), u64(offset)];
}

function tensorBytes(tensor: GgufTensorSource): number {
  return ggmlBytes(
    tensor.type,
    tensor.shape.reduce((product, length) => product * length, 1),
  );
}

function alignmentOf(metadata: readonly (readonly [string, GgufValue])[]): number {
  const value = metadata.find(([key]) => key === 'general.alignment')?.[1];
  if (value === undefined) return 32;
  if (value.type === 'uint32' && value.value > 0 && Math.log2(value.value) % 1 === 0) return value.value;
  throw new RangeError('general.alignment must be a power of two of type uint32');
}

function checkUnique(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new RangeError(`'${name}' stands twice`);
    seen.add(name);
  }
}

const padded = (bytes: number, alignment: number) => Math.ceil(bytes / alignment) * alignment;

function writePadding(fd: number, bytes: number, alignment: number): void {
  writeAll(fd, Buffer.alloc(padded(bytes, alignment) - bytes));
}

function encodeValue(value: GgufValue): Uint8Array[] {
  const type = u32(ggufValueTypes.indexOf(value.type));
  if (value.type !== 'array') return [type, encodeScalar(value)];
  const start = [type, u32(ggufValueTypes.indexOf(value.itemType)), u64(value.value.length)];
  if (value.itemType === 'string') return [...start, Buffer.concat(value.value.map(string))];
  if (value.itemType === 'bool') return [...start, Uint8Array.from(value.value, Number)];
  return [...start, new Uint8Array(value.value.buffer, value.value.byteOffset, value.value.byteLength)];
}

function encodeScalar(scalar: GgufScalar): Uint8Array {
  const bytes = Buffer.alloc(8);
  switch (scalar.type) {
    case 'string':
      return string(scalar.value);
    case 'bool':
      return bytes.subarray(0, bytes.writeUInt8(scalar.value ? 1 : 0));
    case 'uint8':
      return bytes.subarray(0, bytes.writeUInt8(scalar.value));
    case 'int8':
      return bytes.subarray(0, bytes.writeInt8(scalar.value));
    case 'uint16':
      return bytes.subarray(0, bytes.writeUInt16LE(scalar.value));
    case 'int16':
      return bytes.subarray(0, bytes.writeInt16LE(scalar.value));
    case 'uint32':
      return bytes.subarray(0, bytes.writeUInt32LE(scalar.value));
    case 'int32':
      return bytes.subarray(0, bytes.writeInt32LE(scalar.value));
    case 'float32':
      return bytes.subarray(0, bytes.writeFloatLE(scalar.value));
    case 'float64':
      return bytes.subarray(0, bytes.writeDoubleLE(scalar.value));
    case 'uint64':
      return bytes.subarray(0, bytes.writeBigUInt64LE(scalar.value));
    case 'int64':
      return bytes.subarray(0, bytes.writeBigInt64LE(scalar.value));
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
}
