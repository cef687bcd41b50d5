import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { numberOf, textOf, textsOf } from '../../../native/formats/gguf/ggufValue.ts';
import { openGguf, readGgufHeader } from '../../../native/formats/gguf/readGguf.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';
import { bytesOf, readsOrRefuses, refuses, string, u32, u64 } from './hostile.ts';

const stories = testData('models/stories260K/stories260K.gguf');
const original = testData('models/stories260K/stories260K.bin');
const vocabularies = testData('models/gguf-vocab');
const dirty = testData('dirty');
const legacy = testData('models/unsupported/tiny-rwkv-4v0-660K-Q5_0.bin');

test('reads the header of a small model', { skip: stories === null }, () => {
  const header = readGgufHeader(stories!);
  assert.equal(header.version, 3);
  assert.equal(textOf(header.metadata, 'general.architecture'), 'llama');
  assert.equal(numberOf(header.metadata, 'llama.block_count'), 5);
  assert.equal(textsOf(header.metadata, 'tokenizer.ggml.tokens')?.length, 512);
  assert.equal(header.tensors.length, 48);
  assert.deepEqual(header.tensors.find(({ name }) => name === 'blk.4.attn_k.weight')?.shape, [64, 32]);
  const last = header.tensors.at(-1)!;
  assert.ok(last.offset + last.bytes <= header.fileBytes);
});

test('reads the weights that the model was made from', { skip: stories === null || original === null }, () => {
  // llama2.c's file: seven int32 (its `Config`), then each kind of tensor for all layers, all F32.
  const bytes = readFileSync(original!);
  const [dim, inner, layers, heads, kvHeads, vocabulary] = new Int32Array(new Uint8Array(bytes.subarray(0, 28)).buffer);
  const kv = (dim! / heads!) * kvHeads!;
  using gguf = openGguf(stories!);
  let at = 28;
  let compared = 0;
  const compare = (name: string, shape: readonly number[]) => {
    const tensor = gguf.tensor(name)!;
    assert.deepEqual(tensor.shape, shape, name);
    assert.equal(Buffer.compare(gguf.read(tensor), bytes.subarray(at, at + tensor.bytes)), 0, name);
    at += tensor.bytes;
    compared++;
  };
  compare('token_embd.weight', [dim!, vocabulary!]);
  for (const [part, shape] of [
    ['attn_norm', [dim!]],
    ['attn_q', [dim!, dim!]],
    ['attn_k', [dim!, kv]],
    ['attn_v', [dim!, kv]],
    ['attn_output', [dim!, dim!]],
    ['ffn_norm', [dim!]],
    ['ffn_gate', [dim!, inner!]],
    ['ffn_down', [inner!, dim!]],
    ['ffn_up', [dim!, inner!]],
  ] as const) {
    for (let layer = 0; layer < layers!; layer++) compare(`blk.${layer}.${part}.weight`, shape);
  }
  compare('output_norm.weight', [dim!]);
  assert.equal(compared, 47);
  const embedding = gguf.tensor('token_embd.weight')!;
  assert.deepEqual(gguf.read(gguf.tensor('output.weight')!), gguf.read(embedding));
  assert.deepEqual(gguf.read(embedding, 256, 64), gguf.read(embedding).subarray(256, 320));
  assert.throws(() => gguf.read(embedding, embedding.bytes - 4, 8), RangeError);
});

test('reads vocabularies without tensors', { skip: vocabularies === null }, () => {
  const header = readGgufHeader(join(vocabularies!, 'ggml-vocab-gpt-2.gguf'));
  assert.equal(textsOf(header.metadata, 'tokenizer.ggml.tokens')?.length, 50257);
  assert.equal(textsOf(header.metadata, 'tokenizer.ggml.merges')?.length, 50000);
  assert.equal(header.tensors.length, 0);
});

test('refuses real files that are none, by name', { skip: dirty === null || legacy === null }, () => {
  const cases = [
    ['gguf-bad/gguf-version-1_llama-vocab.gguf', /version 1, which is no longer read/],
    ['gguf-bad/bytes-replaced-by-efbfbd_bert-bge.gguf', /1572864 bytes of text/],
    ['random.bin', /does not begin with "GGUF"/],
  ] as const;
  for (const [name, reason] of cases) refuses(() => readGgufHeader(join(dirty!, name)), 'model_damaged', reason);
  refuses(() => readGgufHeader(legacy!), 'model_damaged', /old ggml format/);
  const odd = readGgufHeader(join(dirty!, 'gguf-odd/llama-2-tiny-random_gguf-random-weights.gguf'));
  assert.equal(odd.tensors.length, 12);
});

test('refuses crafted files whose lengths run wild', (context) => {
  const path = join(tempDir(context), 'wild.gguf');
  const huge = 2n ** 63n;
  const head = (tensors: bigint | number, entries: bigint | number) =>
    bytesOf('GGUF', u32(3), u64(tensors), u64(entries));
  const padding = Buffer.alloc(4096);
  const tensor = (dimensions: readonly (bigint | number)[], type: number, offset: bigint | number, name = 't') =>
    bytesOf(string(name), u32(dimensions.length), ...dimensions.map((length) => u64(length)), u32(type), u64(offset));
  const aligned = (...parts: Buffer[]) => {
    const bytes = Buffer.concat(parts);
    return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
  };
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.alloc(0), /empty/],
    [Buffer.from('GG'), /does not begin/],
    [Buffer.from('GGUF'), /too early/],
    [Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), padding]), /big-endian/],
    [Buffer.concat([Buffer.from('FUGG'), padding]), /big-endian/],
    [Buffer.concat([bytesOf('GGUF', u32(4)), padding]), /version is 4/],
    [Buffer.concat([head(huge, 0), padding]), /claims 9223372036854775808 tensors/],
    [Buffer.concat([head(0, huge), padding]), /metadata entries/],
    [Buffer.concat([head(0, 2n ** 64n - 1n), padding]), /metadata entries/],
    [Buffer.concat([head(0, 1), bytesOf(u64(huge)), padding]), /bytes of text/],
    [Buffer.concat([head(0, 1), string(''), padding]), /no name/],
    [Buffer.concat([head(0, 1), string('k'), bytesOf(u32(99)), padding]), /unknown type 99/],
    [Buffer.concat([head(0, 1), string('k'), bytesOf(u32(9), u32(9), u64(1)), padding]), /array of arrays/],
    [Buffer.concat([head(0, 1), string('k'), bytesOf(u32(9), u32(8), u64(huge)), padding]), /items of 'k'/],
    [Buffer.concat([head(0, 1), string('k'), bytesOf(u32(9), u32(12), u64(2n ** 61n)), padding]), /items of 'k'/],
    [Buffer.concat([head(0, 1), string('k'), bytesOf(u32(8), u64(huge)), padding]), /bytes of text/],
    [Buffer.concat([head(0, 2), ...Array(2).fill(bytesOf(string('k'), u32(4), u32(1))), padding]), /'k' stands twice/],
    [Buffer.concat([head(0, 1), string('general.alignment'), bytesOf(u32(4), u32(0)), padding]), /power of two/],
    [Buffer.concat([head(0, 1), string('general.alignment'), bytesOf(u32(4), u32(24)), padding]), /power of two/],
    [Buffer.concat([head(1, 0), string('x'.repeat(64)), padding]), /bytes of text/],
    [Buffer.concat([head(1, 0), string('t'), bytesOf(u32(5)), padding]), /5 dimensions/],
    [aligned(head(1, 0), tensor([2n ** 40n, 2n ** 40n], 0, 0), padding), /length of/],
    [aligned(head(1, 0), tensor([2n ** 64n - 1n], 0, 0), padding), /length of/],
    [aligned(head(1, 0), tensor([33], 8, 0), padding), /not a multiple of 32/],
    [aligned(head(1, 0), tensor([8], 0, 3), padding), /not a multiple of 32/],
    [aligned(head(1, 0), tensor([8], 0, huge), padding), /after the end/],
    [aligned(head(1, 0), tensor([2 ** 20], 0, 0), padding), /after the end/],
    [aligned(head(2, 0), tensor([8], 0, 0), tensor([8], 0, 0, 'u'), padding), /bytes of another/],
    [aligned(head(2, 0), tensor([8], 0, 0), tensor([8], 0, 32), padding), /'t' stands twice/],
  ];
  for (const [bytes, reason] of cases) {
    writeFileSync(path, bytes);
    refuses(() => readGgufHeader(path), 'model_damaged', reason);
  }
  writeFileSync(path, aligned(head(1, 0), tensor([8], 4, 0), padding));
  refuses(() => readGgufHeader(path), 'model_tensor_type', /type 4/);
});

test('refuses what is no file, without blocking', { skip: process.platform === 'win32' }, (context) => {
  const folder = tempDir(context);
  refuses(() => readGgufHeader(folder), 'model_damaged', /not a regular file/);
  refuses(() => readGgufHeader(join(folder, 'none.gguf')), 'model_damaged', /no such file/);
  const pipe = join(folder, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  refuses(() => readGgufHeader(pipe), 'model_damaged', /not a regular file/);
});

test('says what a file of another kind is', (context) => {
  const path = join(tempDir(context), 'model.gguf');
  const cases = [
    ['version https://git-lfs.github.com/spec/v1\noid sha256:1', /Git LFS pointer/],
    ['<!DOCTYPE html><html>', /web page/],
    ['PK\u0003\u0004abc', /ZIP/],
    [bytesOf(u64(20), '{"a":{}}'), /safetensors/],
  ] as const;
  for (const [bytes, reason] of cases) {
    writeFileSync(path, bytes);
    refuses(() => readGgufHeader(path), 'model_damaged', reason);
  }
});

test('every truncation of a file is read or refused', { skip: stories === null }, (context) => {
  const path = join(tempDir(context), 'short.gguf');
  copyFileSync(stories!, path);
  const { dataOffset, fileBytes } = readGgufHeader(path);
  const lengths = fc.oneof(fc.nat(dataOffset), fc.nat(fileBytes - 1));
  fc.assert(
    fc.property(fc.uniqueArray(lengths, { minLength: 8, maxLength: 8 }), (cuts) => {
      copyFileSync(stories!, path);
      for (const bytes of cuts.toSorted((a, b) => b - a)) {
        truncateSync(path, bytes);
        assert.ok(
          readsOrRefuses(() => readGgufHeader(path)) !== undefined,
          `${bytes} bytes were taken for a whole file`,
        );
      }
    }),
    { numRuns: 30 },
  );
});

test('any change of the header is read or refused', { skip: stories === null }, (context) => {
  const path = join(tempDir(context), 'changed.gguf');
  const { dataOffset } = readGgufHeader(stories!);
  const header = readFileSync(stories!).subarray(0, dataOffset);
  copyFileSync(stories!, path);
  const change = fc.record({
    // Mostly where the counts and the first lengths lie, and at the tensors, near the end of the header.
    at: fc.oneof(fc.nat(200), fc.nat(dataOffset - 9), fc.integer({ min: dataOffset - 3000, max: dataOffset - 9 })),
    bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.constant(new Uint8Array(8).fill(0xff))),
  });
  const file = openSync(path, 'r+');
  context.after(() => closeSync(file));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      for (const { at, bytes } of changes) writeSync(file, bytes, 0, bytes.length, at);
      readsOrRefuses(() => readGgufHeader(path));
      writeSync(file, header, 0, header.length, 0);
    }),
    { numRuns: 400 },
  );
});

test('any bytes after the magic are read or refused', (context) => {
  const path = join(tempDir(context), 'noise.gguf');
  const start = bytesOf('GGUF', u32(3));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3), fc.nat(3), (noise, tensors, entries) => {
      writeFileSync(path, Buffer.concat([start, bytesOf(u64(tensors), u64(entries)), noise]));
      readsOrRefuses(() => readGgufHeader(path));
    }),
    { numRuns: 500 },
  );
});
