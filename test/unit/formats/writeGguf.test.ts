import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GgmlTypeName, ggmlBytes, ggmlType, ggmlTypeNames } from '../../../native/formats/gguf/ggmlTypes.ts';
import { type GgufValue, text, uint32 } from '../../../native/formats/gguf/ggufValue.ts';
import { openGguf } from '../../../native/formats/gguf/readGguf.ts';
import { writeGguf } from '../../../native/formats/gguf/writeGguf.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';

const models = [
  'models/stories260K/stories260K.gguf',
  'dirty/gguf-odd/llama-2-tiny-random_gguf-random-weights.gguf',
].map(testData);

for (const path of models) {
  test(`writes ${path ?? 'a model'} again byte for byte`, { skip: path === null }, (context) => {
    const copy = join(tempDir(context), 'copy.gguf');
    using gguf = openGguf(path!);
    const tensors = gguf.header.tensors.map((tensor) => ({ ...tensor, data: () => [gguf.read(tensor)] }));
    writeGguf(copy, { metadata: gguf.header.metadata, tensors });
    assert.equal(Buffer.compare(readFileSync(copy), readFileSync(path!)), 0);
  });
}

const numbers = (min: number, max: number) => fc.integer({ min, max });
const items = { maxLength: 20 };
const value: fc.Arbitrary<GgufValue> = fc
  .oneof(
    fc.record({ type: fc.constant('uint8' as const), value: numbers(0, 255) }),
    fc.record({ type: fc.constant('int8' as const), value: numbers(-128, 127) }),
    fc.record({ type: fc.constant('uint16' as const), value: numbers(0, 0xffff) }),
    fc.record({ type: fc.constant('int16' as const), value: numbers(-0x8000, 0x7fff) }),
    fc.record({ type: fc.constant('uint32' as const), value: numbers(0, 0xffffffff) }),
    fc.record({ type: fc.constant('int32' as const), value: numbers(-0x80000000, 0x7fffffff) }),
    fc.record({ type: fc.constant('float32' as const), value: fc.float() }),
    fc.record({ type: fc.constant('float64' as const), value: fc.double() }),
    fc.record({ type: fc.constant('uint64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    fc.record({ type: fc.constant('int64' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('uint8' as const),
      value: fc.uint8Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('int16' as const),
      value: fc.int16Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('int32' as const),
      value: fc.int32Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('float32' as const),
      value: fc.float32Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('float64' as const),
      value: fc.float64Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('uint64' as const),
      value: fc.bigUint64Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('int64' as const),
      value: fc.bigInt64Array(items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('bool' as const),
      value: fc.array(fc.boolean(), items),
    }),
    fc.record({
      type: fc.constant('array' as const),
      itemType: fc.constant('string' as const),
      value: fc.array(fc.string({ unit: 'grapheme' }), items),
    }),
  )
  // A plain object, as the reader makes it; fast-check also makes some without a prototype.
  .map((made) => ({ ...made }));

const tensor = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 15, unit: 'grapheme' }).filter((name) => Buffer.byteLength(name) < 64),
    type: fc.constantFrom(...ggmlTypeNames),
    blocks: fc.nat(2),
    outer: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    seed: fc.nat(255),
  })
  .map(({ name, type, blocks, outer, seed }) => {
    const shape = [blocks * ggmlType(type as GgmlTypeName).blockElements, ...outer];
    const bytes = ggmlBytes(
      type,
      shape.reduce((product, length) => product * length, 1),
    );
    return { name, type, shape, data: Uint8Array.from({ length: bytes }, (_, i) => i + seed) };
  });

test('what is written is read again', (context) => {
  const path = join(tempDir(context), 'any.gguf');
  const metadata = fc.array(fc.tuple(fc.string({ minLength: 1 }), value)).map((entries) => [...new Map(entries)]);
  const tensors = fc.uniqueArray(tensor, { maxLength: 6, selector: ({ name }) => name });
  const alignment = fc.constantFrom(undefined, 1, 8, 64, 4096);
  fc.assert(
    fc.property(metadata, tensors, alignment, (entries, sources, align) => {
      const all = entries.filter(([key]) => key !== 'general.alignment');
      if (align !== undefined) all.push(['general.alignment', uint32(align)]);
      writeGguf(path, { metadata: all, tensors: sources });
      using gguf = openGguf(path);
      assert.deepEqual([...gguf.header.metadata], all);
      assert.equal(gguf.header.alignment, align ?? 32);
      for (const [i, source] of sources.entries()) {
        const { name, type, shape, offset } = gguf.header.tensors[i]!;
        assert.deepEqual({ name, type, shape }, { name: source.name, type: source.type, shape: source.shape });
        assert.equal(offset % gguf.header.alignment, 0);
        assert.deepEqual(gguf.read(gguf.header.tensors[i]!), source.data);
      }
    }),
    { numRuns: 150 },
  );
});

test('a source that is wrong in itself leaves no file and keeps the old one', (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'model.gguf');
  writeFileSync(path, 'the old one');
  const good = { name: 't', type: 'F32' as const, shape: [4], data: new Float32Array(4) };
  const cases = [
    { metadata: [], tensors: [{ ...good, data: new Float32Array(3) }] },
    { metadata: [], tensors: [{ ...good, data: () => [new Float32Array(4), new Uint8Array(1)] }] },
    { metadata: [], tensors: [good, good] },
    { metadata: [], tensors: [{ ...good, name: 'x'.repeat(64) }] },
    { metadata: [], tensors: [{ ...good, shape: [1, 1, 1, 1, 4] }] },
    { metadata: [], tensors: [{ ...good, shape: [-4] }] },
    { metadata: [], tensors: [{ ...good, type: 'Q8_0' as const }] },
    { metadata: [['', text('x')]] as const, tensors: [] },
    {
      metadata: [
        ['a', text('x')],
        ['a', text('y')],
      ] as const,
      tensors: [],
    },
    { metadata: [['general.alignment', uint32(12)]] as const, tensors: [] },
  ];
  for (const source of cases) assert.throws(() => writeGguf(path, source), RangeError);
  assert.deepEqual(readdirSync(folder), ['model.gguf']);
  assert.equal(readFileSync(path, 'utf8'), 'the old one');
});
