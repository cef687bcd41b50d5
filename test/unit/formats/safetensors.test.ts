import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeBf16, encodeF16 } from '../../../native/formats/codecs.ts';
import {
  openSafetensors,
  type SafetensorsDtype,
  safetensorsValues,
} from '../../../native/formats/safetensors/readSafetensors.ts';
import { writeSafetensors } from '../../../native/formats/safetensors/writeSafetensors.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';
import { bytesOf, readsOrRefuses, refuses, u64 } from './hostile.ts';

const tiny = testData('models/tinystories-656k-hf/model.safetensors');
const others = [
  'models/lora-adapters/mlx-qwen2.5-0.5b-dpo/adapters.safetensors',
  'models/all-MiniLM-L6-v2/model.safetensors',
];

const file = (header: string, data: Uint8Array = new Uint8Array(0)) =>
  bytesOf(u64(Buffer.byteLength(header)), header, data);

test('reads a real model', { skip: tiny === null }, () => {
  using model = openSafetensors(tiny!);
  assert.equal(model.metadata.get('format'), 'pt');
  assert.equal(model.tensors.size, 20);
  const norm = model.tensors.get('model.norm.weight')!;
  assert.deepEqual(norm.shape, [128]);
  const values = safetensorsValues(norm.dtype, model.read(norm))!;
  assert.ok(values.every((value) => Number.isFinite(value)) && values.some((value) => value !== 0));
  assert.throws(() => model.read(norm, 500, 100), RangeError);
});

for (const name of others) {
  const path = testData(name);
  test(`reads ${name}`, { skip: path === null }, () => {
    using model = openSafetensors(path!);
    for (const tensor of model.tensors.values()) assert.ok(tensor.bytes > 0);
  });
}

test('what is written is read again, as aligned as the reference writes it', (context) => {
  const path = join(tempDir(context), 'any.safetensors');
  const tensor = fc
    .record({
      name: fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
      seed: fc.float({ noNaN: true }),
    })
    .map(({ name, shape, seed }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return { name, shape, data: Float32Array.from({ length }, (_, i) => seed * i) };
    });
  fc.assert(
    fc.property(
      fc.uniqueArray(tensor, { maxLength: 8, selector: ({ name }) => name }),
      fc.string(),
      (tensors, note) => {
        writeSafetensors(path, tensors, { note });
        assert.equal(readFileSync(path).readBigUInt64LE() % 8n, 0n);
        using read = openSafetensors(path);
        assert.deepEqual(Object.fromEntries(read.metadata), { format: 'pt', note });
        assert.equal(read.tensors.size, tensors.length);
        for (const { name, shape, data } of tensors) {
          const found = read.tensors.get(name)!;
          assert.deepEqual(found.shape, shape);
          assert.deepEqual(safetensorsValues(found.dtype, read.read(found)), data);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('every type becomes floats', () => {
  const values = [0, 1, 2, 100];
  const cases: readonly (readonly [SafetensorsDtype, NodeJS.ArrayBufferView])[] = [
    ['F64', Float64Array.from(values)],
    ['F32', Float32Array.from(values)],
    ['F16', encodeF16(Float32Array.from(values))],
    ['BF16', encodeBf16(Float32Array.from(values))],
    ['I64', BigInt64Array.from(values, BigInt)],
    ['U64', BigUint64Array.from(values, BigInt)],
    ['I32', Int32Array.from(values)],
    ['U32', Uint32Array.from(values)],
    ['I16', Int16Array.from(values)],
    ['U16', Uint16Array.from(values)],
    ['I8', Int8Array.from(values)],
    ['U8', Uint8Array.from(values)],
  ];
  for (const [dtype, { buffer, byteOffset, byteLength }] of cases) {
    assert.deepEqual([...safetensorsValues(dtype, new Uint8Array(buffer, byteOffset, byteLength))!], values, dtype);
  }
  assert.equal(safetensorsValues('F8_E4M3', new Uint8Array(4)), undefined);
});

test('refuses hostile headers', (context) => {
  const path = join(tempDir(context), 'bad.safetensors');
  const one = (description: unknown) => JSON.stringify({ t: description });
  const f32 = (shape: unknown, offsets: unknown) => one({ dtype: 'F32', shape, data_offsets: offsets });
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.alloc(0), /too short/],
    [Buffer.from('1234567'), /too short/],
    [bytesOf(u64(2n ** 63n), '{}'), /claims a header of 9223372036854775808/],
    [bytesOf(u64(3), '{}'), /claims a header of 3/],
    [file('nonsense'), /not JSON/],
    [file('['.repeat(200_000)), /not JSON/],
    [bytesOf(u64(2), new Uint8Array([0xff, 0xfe])), /not JSON/],
    [file('[]'), /not a JSON object/],
    [file('null'), /not a JSON object/],
    [file(one(7)), /no description/],
    [file(one({ dtype: 'Q4', shape: [], data_offsets: [0, 0] })), /unknown type Q4/],
    [file(one({ dtype: 'toString', shape: [], data_offsets: [0, 0] })), /unknown type toString/],
    [file(f32([-1], [0, 0])), /no proper shape/],
    [file(f32([1.5], [0, 0])), /no proper shape/],
    [file(f32('abc', [0, 0])), /no proper shape/],
    [file(f32([1], [4, 0])), /no proper place/],
    [file(f32([1], [0])), /no proper place/],
    [file(f32([1], [0, 8]), new Uint8Array(8)), /needs 4 bytes but has 8/],
    [file(f32([2 ** 40, 2 ** 40], [0, 4]), new Uint8Array(4)), /needs .* bytes but has 4/],
    [file(f32([1], [4, 8]), new Uint8Array(8)), /begins at byte/],
    [file(f32([1], [0, 4]), new Uint8Array(3)), /tensors end at byte/],
    [file(f32([1], [0, 4]), new Uint8Array(5)), /tensors end at byte/],
    [
      file(
        JSON.stringify({
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
        }),
        new Uint8Array(12),
      ),
      /begins at byte/,
    ],
  ];
  for (const [bytes, reason] of cases) {
    writeFileSync(path, bytes);
    refuses(() => openSafetensors(path), 'model_damaged', reason);
  }
});

test('a tensor may be called like a property of objects', (context) => {
  const path = join(tempDir(context), 'proto.safetensors');
  writeFileSync(path, file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)));
  using read = openSafetensors(path);
  assert.deepEqual([...read.tensors.keys()], ['__proto__']);
});

test('any change of a header is read or refused', { skip: tiny === null }, (context) => {
  const path = join(tempDir(context), 'changed.safetensors');
  const bytes = readFileSync(tiny!);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE());
  const head = bytes.subarray(0, headerEnd);
  const change = fc.record({ at: fc.oneof(fc.nat(7), fc.nat(headerEnd - 1)), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.nat(2000), (changes, data) => {
      const changed = Buffer.concat([head, Buffer.alloc(data)]);
      for (const { at, byte } of changes) changed[at] = byte;
      writeFileSync(path, changed);
      readsOrRefuses(() => openSafetensors(path)[Symbol.dispose]());
    }),
    { numRuns: 300 },
  );
});

test('names that cannot stand together are refused', (context) => {
  const path = join(tempDir(context), 'twice.safetensors');
  const tensor = { name: 't', shape: [1], data: new Float32Array(1) };
  assert.throws(() => writeSafetensors(path, [tensor, tensor]), RangeError);
  assert.throws(() => writeSafetensors(path, [{ ...tensor, name: '__metadata__' }]), RangeError);
  assert.throws(() => writeSafetensors(path, [{ ...tensor, shape: [2] }]), RangeError);
});
