/** What cannot be trained on is refused by name, in both languages, before anything is loaded. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { protocolVersion, type TrainRequest } from '../../native/contract/messages.ts';
import { ggmlBytes } from '../../native/formats/gguf/ggmlTypes.ts';
import { bool, type GgufValue, text, uint32 } from '../../native/formats/gguf/ggufValue.ts';
import { type GgufTensor, openGguf } from '../../native/formats/gguf/readGguf.ts';
import { type GgufTensorSource, writeGguf } from '../../native/formats/gguf/writeGguf.ts';
import { writeLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { runEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { type RandomModel, tinyLlama, tinyQwen2, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { testData } from '../support/testData.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

interface Case {
  readonly name: string;
  readonly model?: RandomModel;
  /** Metadata to add or replace. */
  readonly metadata?: Readonly<Record<string, GgufValue>>;
  /** What becomes of a tensor; null: it is left out. */
  readonly tensor?: (tensor: GgufTensorSource) => GgufTensorSource | null;
  readonly extra?: GgufTensorSource;
  /** A file instead of a random model. */
  readonly base?: string | null;
  readonly rows?: (path: string) => void;
  readonly method?: TrainRequest['method'];
  readonly device?: string;
  readonly code: string;
  /** Of the details, those that matter. */
  readonly details: Readonly<Record<string, string | number | RegExp>>;
}

const zeros = (name: string, shape: number[]): GgufTensorSource => ({
  ...{ name, type: 'F32', shape },
  data: new Float32Array(shape.reduce((a, b) => a * b)),
});
const only = (wanted: string, change: (tensor: GgufTensorSource) => GgufTensorSource | null) => {
  return (tensor: GgufTensorSource) => (tensor.name === wanted ? change(tensor) : tensor);
};
const shaped = (shape: number[]) => (tensor: GgufTensorSource) => zeros(tensor.name, shape);
const lora = (targets: (TrainRequest['method'] & { kind: 'lora' })['targets']): TrainRequest['method'] => {
  return { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets };
};
const badFiles = testData('dirty/gguf-bad');
const rwkv = testData('models/unsupported/tiny-rwkv-4v0-660K-Q5_0.bin');

const cases: readonly Case[] = [
  {
    name: 'an architecture',
    metadata: { 'general.architecture': text('rwkv') },
    code: 'model_architecture',
    details: { architecture: 'rwkv', supported: 'llama, qwen2' },
  },
  {
    name: 'K-quants',
    model: { ...tinyLlama, width: 256, hidden: 256, layers: 1 },
    tensor: only('blk.0.ffn_up.weight', ({ name, shape }) => ({
      ...{ name, type: 'Q4_K', shape },
      data: () => [new Uint8Array(ggmlBytes('Q4_K', 256 * 256))],
    })),
    code: 'model_tensor_type',
    details: { tensor: 'blk.0.ffn_up.weight', tensorType: 'Q4_K', supported: 'F32, F16, BF16, Q8_0' },
  },
  {
    name: 'norms that are not F32',
    tensor: only('output_norm.weight', ({ name, shape }) => ({
      ...{ name, type: 'F16', shape },
      data: () => [new Uint8Array(128)],
    })),
    code: 'model_tensor_type',
    details: { tensor: 'output_norm.weight', tensorType: 'F16', supported: 'F32' },
  },
  {
    name: 'mixture of experts',
    metadata: { 'llama.expert_count': uint32(8) },
    code: 'model_feature',
    details: { feature: 'mixture of experts' },
  },
  {
    name: 'sliding windows',
    metadata: { 'llama.attention.sliding_window': uint32(64) },
    code: 'model_feature',
    details: { feature: 'sliding-window attention' },
  },
  {
    name: 'attention both ways',
    metadata: { 'llama.attention.causal': bool(false) },
    code: 'model_feature',
    details: { feature: 'attention to later tokens' },
  },
  {
    name: 'layers of several shapes',
    metadata: { 'llama.attention.head_count_kv': { type: 'array', itemType: 'uint32', value: Uint32Array.of(2, 4) } },
    code: 'model_feature',
    details: { feature: 'layers of different shapes' },
  },
  {
    name: 'rope scaling of an unknown kind',
    metadata: { 'llama.rope.scaling.type': text('longrope') },
    code: 'model_feature',
    details: { feature: "rope scaling 'longrope'" },
  },
  {
    name: 'a tensor that nothing would use',
    extra: zeros('blk.0.attn_q_norm.weight', [16]),
    code: 'model_feature',
    details: { feature: 'the tensor blk.0.attn_q_norm.weight' },
  },
  {
    name: 'frequency factors in qwen2, which llama.cpp does not load',
    model: tinyQwen2,
    extra: zeros('rope_freqs.weight', [8]),
    code: 'model_feature',
    details: { feature: 'the tensor rope_freqs.weight' },
  },
  {
    name: 'a missing tensor',
    tensor: only('blk.1.ffn_gate.weight', () => null),
    code: 'model_tensor',
    details: { tensor: 'blk.1.ffn_gate.weight', reason: 'it is missing' },
  },
  {
    name: 'no embedding table',
    tensor: only('token_embd.weight', () => null),
    code: 'model_tensor',
    details: { tensor: 'token_embd.weight', reason: 'it is missing' },
  },
  {
    name: 'a tensor of another shape',
    tensor: only('blk.0.attn_k.weight', shaped([64, 64])),
    code: 'model_tensor',
    details: { tensor: 'blk.0.attn_k.weight', reason: 'its shape is 64 x 64, it should be 64 x 32' },
  },
  {
    name: 'a head of another vocabulary',
    tensor: only('output.weight', shaped([64, 81])),
    code: 'model_tensor',
    details: { tensor: 'output.weight', reason: 'its shape is 64 x 81, it should be 64 x 80' },
  },
  {
    name: 'a width of nothing',
    metadata: { 'llama.embedding_length': uint32(0) },
    code: 'model_damaged',
    details: { reason: 'llama.embedding_length is missing or is not a positive number' },
  },
  {
    name: 'heads that do not fit',
    metadata: { 'llama.attention.head_count_kv': uint32(3) },
    code: 'model_damaged',
    details: { reason: 'the numbers of heads do not fit each other' },
  },
  { name: 'no file', base: '/nowhere/model.gguf', code: 'model_damaged', details: { reason: 'there is no such file' } },
  {
    name: 'a model of RWKV in its own format',
    base: rwkv,
    code: 'model_damaged',
    details: { path: /tiny-rwkv/, reason: /./ },
  },
  {
    name: 'bytes replaced by a text editor',
    base: badFiles && join(badFiles, 'bytes-replaced-by-efbfbd_bert-bge.gguf'),
    code: 'model_damaged',
    details: { reason: /./ },
  },
  {
    name: 'GGUF of version 1',
    base: badFiles && join(badFiles, 'gguf-version-1_llama-vocab.gguf'),
    code: 'model_damaged',
    details: { reason: /1/ },
  },
  {
    name: 'full training of Q8_0',
    model: { ...tinyLlama, type: 'Q8_0' },
    method: { kind: 'full', outputType: 'Q8_0' },
    code: 'model_tensor_type',
    details: { tensor: 'token_embd.weight', tensorType: 'Q8_0', supported: 'F32' },
  },
  {
    name: 'an adapter of a head that is the embedding table',
    model: tinyQwen2,
    method: lora(['q', 'head']),
    code: 'lora_target',
    details: { target: 'head', reason: /embedding table/ },
  },
  { name: 'a device', device: 'CUDA7', code: 'engine_device', details: { device: 'CUDA7', devices: /CPU/ } },
  {
    name: 'rows cut off',
    rows: (path) => truncateSync(path, 100),
    code: 'training_data',
    details: { path: /rows\.tok$/, reason: /^it has 100 bytes and should have \d+$/ },
  },
  {
    name: 'rows without even a header',
    rows: (path) => truncateSync(path, 9),
    code: 'training_data',
    details: { reason: 'the file is cut off' },
  },
  {
    name: 'rows of something else',
    rows: (path) => writeFileSync(path, 'id,question,answer\n1,what?,that\n'),
    code: 'training_data',
    details: { reason: 'it is not a token file of version 1' },
  },
  {
    name: 'counts that run wild',
    rows: (path) => writeFileSync(path, readFileSync(path).fill(0xff, 8, 16)),
    code: 'training_data',
    details: { reason: /^it has \d+ bytes and should have \d+$/ },
  },
  {
    name: 'offsets that run backwards',
    rows: (path) => {
      const bytes = readFileSync(path);
      bytes.writeUInt32LE(1, 24);
      writeFileSync(path, bytes);
    },
    code: 'training_data',
    details: { reason: 'row 2 has fewer than two tokens' },
  },
  {
    name: 'a token that the model does not have',
    rows: (path) => writeTokenRows(path, [{ tokens: Int32Array.of(1, 80, 3), answer: Uint8Array.of(0, 0, 1) }]),
    code: 'training_data',
    details: { reason: "row 1 has a token that is not in the model's vocabulary" },
  },
  {
    name: 'a row with nothing to learn',
    rows: (path) =>
      writeTokenRows(path, [
        ...randomRows([5], 80),
        { tokens: Int32Array.of(1, 8, 3), answer: Uint8Array.of(1, 0, 0) },
      ]),
    code: 'training_data',
    details: { reason: 'row 2 has no answer' },
  },
  {
    name: 'no rows',
    rows: (path) => writeTokenRows(path, []),
    code: 'training_data',
    details: { reason: 'it has no rows' },
  },
];

function write(path: string, { model = tinyLlama, metadata = {}, tensor, extra }: Case): void {
  const plain = `${path}.plain`;
  writeRandomModel(plain, model);
  using file = openGguf(plain);
  const source = (read: GgufTensor): GgufTensorSource => ({
    ...{ name: read.name, type: read.type, shape: read.shape },
    data: () => [file.read(read)],
  });
  const tensors = file.header.tensors.flatMap((read) => (tensor ?? ((same) => same))(source(read)) ?? []);
  writeGguf(path, {
    metadata: new Map([...file.header.metadata, ...Object.entries(metadata)]),
    tensors: extra ? [...tensors, extra] : tensors,
  });
}

function checkDetails(details: Readonly<Record<string, string | number>>, expected: Case['details']): void {
  for (const [key, value] of Object.entries(expected)) {
    if (value instanceof RegExp) assert.match(String(details[key]), value);
    else assert.equal(details[key], value);
  }
  for (const key of ['reason', 'feature'].filter((candidate) => candidate in details)) {
    assert.match(String(details[`${key}_ja`]), /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
  }
}

function paths(context: TestContext) {
  const folder = tempDir(context);
  const run = join(folder, 'run');
  mkdirSync(run);
  const train = join(folder, 'rows.tok');
  writeTokenRows(train, randomRows([20, 11, 16, 9], 80));
  return { folder, base: join(folder, 'model.gguf'), train, run };
}

for (const one of cases) {
  test(`refuses ${one.name}`, { skip: one.base === null }, async (context) => {
    const { base, train, run } = paths(context);
    if (one.base === undefined) write(base, one);
    one.rows?.(train);
    const method = one.method ? { method: one.method } : {};
    const request = trainRequest({ base: one.base ?? base, train, run }, method);
    const events = await runEngine({ ...request, device: one.device ?? 'CPU' });
    const failed = events[0];
    assert.ok(failed?.type === 'failed', `nothing may come before the refusal: ${JSON.stringify(failed)}`);
    assert.equal(failed.code, one.code, JSON.stringify(failed));
    checkDetails(failed.details, one.details);
    assert.equal(events.length, 1);
  });
}

test('refuses an adapter of another base', async (context) => {
  const { folder, base } = paths(context);
  writeRandomModel(base, tinyLlama);
  const adapterPath = join(folder, 'adapter.gguf');
  const outputPath = join(folder, 'logits');
  const pair = (name: string, input: number, out: number) => {
    return { name, in: input, out, rank: 1, a: new Float32Array(input), b: new Float32Array(out) };
  };
  for (const { architecture, tensor, reason } of [
    { architecture: 'qwen2', tensor: pair('blk.0.attn_q.weight', 64, 64), reason: /'qwen2', the base is 'llama'/ },
    { architecture: 'llama', tensor: pair('blk.0.attn_q.weight', 128, 64), reason: /128 x 64, the base's is 64 x 64/ },
    { architecture: 'llama', tensor: pair('blk.7.attn_q.weight', 64, 64), reason: /which the base does not have/ },
  ]) {
    writeLoraGguf(adapterPath, { architecture, alpha: 1, metadata: {}, tensors: [tensor] });
    const [failed, ...more] = await runEngine({
      ...{ type: 'logits', protocolVersion, basePath: base, adapterPath, tokens: [1, 2], device: 'CPU', threads: 1 },
      outputPath,
    });
    assert.ok(failed?.type === 'failed' && failed.code === 'adapter_mismatch', JSON.stringify(failed));
    checkDetails(failed.details, { reason, path: adapterPath });
    assert.equal(more.length, 0);
  }
  assert.equal(existsSync(outputPath), false);
});

test('weights that are no numbers end the run at its first loss', async (context) => {
  const { folder, base, train, run } = paths(context);
  const broken = only('blk.0.ffn_up.weight', ({ name, shape }) => ({
    ...{ name, type: 'F32', shape },
    data: new Float32Array(64 * 96).fill(Number.NaN),
  }));
  write(base, { name: '', tensor: broken, code: '', details: {} });
  const heldOut = join(folder, 'held.tok');
  writeTokenRows(heldOut, randomRows([7], 80));
  for (const [request, step] of [
    [trainRequest({ base, train, run }), 1],
    [trainRequest({ base, train, run, heldOut }), 0],
    [trainRequest({ base, train, run }, { method: { kind: 'full', outputType: 'F32' } }), 1],
  ] as const) {
    const events = await runEngine(request);
    const failed = events.at(-1);
    assert.ok(failed?.type === 'failed' && failed.code === 'training_diverged', JSON.stringify(failed));
    assert.deepEqual(failed.details, { step });
    assert.equal(
      events.some(({ type }) => type === 'step' || type === 'heldOut' || type === 'checkpoint'),
      false,
    );
  }
});
