import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeF16 } from '../../../native/formats/codecs.ts';
import { float32, type GgufValue, text } from '../../../native/formats/gguf/ggufValue.ts';
import { readGgufHeader } from '../../../native/formats/gguf/readGguf.ts';
import { type GgufTensorSource, writeGguf } from '../../../native/formats/gguf/writeGguf.ts';
import {
  checkLoraFits,
  type Lora,
  type LoraTensor,
  readLoraGguf,
  writeLoraGguf,
} from '../../../native/formats/lora/loraGguf.ts';
import { writePeft } from '../../../native/formats/lora/writePeft.ts';
import { interleaveHeads, splitHeads } from '../../../native/formats/rowOrder.ts';
import { openSafetensors, safetensorsValues } from '../../../native/formats/safetensors/readSafetensors.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';
import { refuses } from './hostile.ts';

const stories = testData('models/stories260K/stories260K.gguf');

function loraTensor(name: string, input: number, out: number, rank: number, seed = 1): LoraTensor {
  const numbers = (length: number, scale: number) =>
    Float32Array.from({ length }, (_, i) => Math.sin(i + seed) * scale);
  return { name, in: input, out, rank, a: numbers(rank * input, 1), b: numbers(out * rank, 0.1) };
}

const tensorOfStories = (layer = 0) => [
  loraTensor(`blk.${layer}.attn_q.weight`, 64, 64, 4),
  loraTensor(`blk.${layer}.attn_k.weight`, 64, 32, 4),
  loraTensor(`blk.${layer}.ffn_down.weight`, 172, 64, 4),
];

test('an adapter that is written is read again', (context) => {
  const path = join(tempDir(context), 'adapter.gguf');
  const lora = fc.record(
    {
      architecture: fc.constantFrom('llama', 'qwen2'),
      baseName: fc.string(),
      alpha: fc.float({ min: Math.fround(0.1), max: 100, noNaN: true }),
      metadata: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
      tensors: fc.uniqueArray(
        fc
          .tuple(
            fc.nat(50),
            fc.integer({ min: 1, max: 9 }),
            fc.integer({ min: 1, max: 9 }),
            fc.integer({ min: 1, max: 5 }),
          )
          .map(([layer, input, out, rank]) => loraTensor(`blk.${layer}.attn_v.weight`, input, out, rank)),
        { minLength: 1, maxLength: 5, selector: ({ name }) => name },
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(lora, (written) => {
      writeLoraGguf(path, written);
      assert.deepEqual(readLoraGguf(path), written);
    }),
    { numRuns: 100 },
  );
});

test('the file is what llama.cpp asks for', (context) => {
  const path = join(tempDir(context), 'adapter.gguf');
  const [q] = tensorOfStories();
  writeLoraGguf(path, { architecture: 'llama', alpha: 8, tensors: [q!], metadata: { recipe: 'r' } });
  const header = readGgufHeader(path);
  assert.deepEqual(
    [...header.metadata],
    [
      ['general.architecture', text('llama')],
      ['general.type', text('adapter')],
      ['adapter.type', text('lora')],
      ['adapter.lora.alpha', float32(8)],
      ['tatara.recipe', text('r')],
    ],
  );
  assert.deepEqual(
    header.tensors.map(({ name, shape, type }) => [name, shape, type]),
    [
      ['blk.0.attn_q.weight.lora_a', [64, 4], 'F32'],
      ['blk.0.attn_q.weight.lora_b', [4, 64], 'F32'],
    ],
  );
});

test('tells an adapter for another base', { skip: stories === null }, (context) => {
  const path = join(tempDir(context), 'adapter.gguf');
  const base = readGgufHeader(stories!);
  const fits = (lora: Partial<Lora>) => {
    writeLoraGguf(path, { architecture: 'llama', alpha: 1, tensors: tensorOfStories(), metadata: {}, ...lora });
    checkLoraFits(readGgufHeader(path), base);
  };
  fits({});
  refuses(() => fits({ architecture: 'qwen2' }), 'adapter_mismatch', /architecture 'qwen2', the base is 'llama'/);
  refuses(
    () => fits({ tensors: tensorOfStories(5) }),
    'adapter_mismatch',
    /'blk.5.attn_q.weight', which the base does not/,
  );
  refuses(
    () => fits({ tensors: [loraTensor('blk.0.attn_q.weight', 64, 128, 4)] }),
    'adapter_mismatch',
    /is for 64 x 128, the base's is 64 x 64/,
  );
  refuses(() => fits({ tensors: [] }), 'adapter_mismatch', /changes nothing/);
  refuses(() => checkLoraFits(base, base), 'adapter_mismatch', /not a LoRA adapter/);
});

test('refuses an adapter that is incomplete or of another make', (context) => {
  const path = join(tempDir(context), 'adapter.gguf');
  const facts: [string, GgufValue][] = [
    ['general.architecture', text('llama')],
    ['general.type', text('adapter')],
    ['adapter.type', text('lora')],
    ['adapter.lora.alpha', float32(8)],
  ];
  const half = (name: string, ...shape: number[]): GgufTensorSource => ({
    name,
    type: 'F32',
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
  });
  const a = half('x.lora_a', 8, 2);
  const b = half('x.lora_b', 2, 8);
  const cases = [
    [facts, [a], /not both matrices/],
    [facts, [b], /not both matrices/],
    [facts, [a, half('x.lora_b', 3, 8)], /ranks 2 and 3/],
    [facts, [a, b, half('y.weight', 4)], /'y.weight' is not a part/],
    [facts.slice(0, 3), [a, b], /architecture and alpha/],
    [facts.slice(1), [a, b], /architecture and alpha/],
    [facts.filter(([key]) => key !== 'adapter.type'), [a, b], /not a LoRA adapter/],
  ] as const;
  for (const [metadata, tensors, reason] of cases) {
    writeGguf(path, { metadata, tensors });
    refuses(() => readLoraGguf(path), 'adapter_mismatch', reason);
  }
  writeGguf(path, {
    metadata: facts,
    tensors: [{ ...a, type: 'Q4_0', shape: [32, 1], data: new Uint8Array(18) }, half('x.lora_b', 1, 8)],
  });
  refuses(() => readLoraGguf(path), 'model_tensor_type', /Q4_0/);
});

test('reads adapters of other tools in 16 bit, with norms beside them', (context) => {
  const path = join(tempDir(context), 'adapter.gguf');
  const values = Float32Array.of(1, 2, 3, 4);
  writeGguf(path, {
    metadata: [
      ['general.type', text('adapter')],
      ['adapter.type', text('lora')],
      ['general.architecture', text('llama')],
      ['adapter.lora.alpha', float32(16)],
    ],
    tensors: [
      { name: 'blk.0.attn_q.weight.lora_b', type: 'F16', shape: [1, 4], data: encodeF16(values) },
      { name: 'blk.0.attn_q.weight.lora_a', type: 'F16', shape: [4, 1], data: encodeF16(values) },
      { name: 'blk.0.attn_norm.weight', type: 'F32', shape: [4], data: values },
    ],
  });
  assert.deepEqual(readLoraGguf(path), {
    architecture: 'llama',
    alpha: 16,
    metadata: {},
    tensors: [{ name: 'blk.0.attn_q.weight', in: 4, out: 4, rank: 1, a: values, b: values }],
  });
});

test("rows of heads go to ggml's order and back", () => {
  const rows = Uint8Array.from({ length: 12 }, (_, i) => i);
  // Two heads of six rows of one byte: neighbours in ggml are i and i + 3 in Hugging Face's order.
  assert.deepEqual([...interleaveHeads(rows, 6, 1)], [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
  const size = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(size, size, size, (heads, half, rowBytes) => {
      const bytes = Uint8Array.from({ length: heads * half * 2 * rowBytes }, (_, i) => i);
      assert.deepEqual(splitHeads(interleaveHeads(bytes, 2 * half, rowBytes), 2 * half, rowBytes), bytes);
    }),
  );
  assert.throws(() => interleaveHeads(rows, 5, 1), RangeError);
});

test("PEFT's folder has its names, its shapes and Hugging Face's row order", (context) => {
  const folder = join(tempDir(context), 'peft');
  const tensors = [
    loraTensor('blk.3.attn_q.weight', 8, 8, 2),
    loraTensor('blk.3.attn_k.weight', 8, 4, 2),
    loraTensor('blk.3.ffn_down.weight', 12, 8, 2),
    loraTensor('output.weight', 8, 10, 2),
  ];
  const lora = {
    alpha: 16,
    baseName: 'some/base',
    dropout: 0.05,
    heads: 2,
    kvHeads: 1,
    tensors,
    metadata: { run: '7' },
  };
  for (const architecture of ['llama', 'qwen2']) {
    writePeft(folder, { ...lora, architecture });
    using file = openSafetensors(join(folder, 'adapter_model.safetensors'));
    const read = (name: string) => {
      const tensor = file.tensors.get(`base_model.model.${name}.weight`)!;
      return { shape: tensor.shape, values: [...safetensorsValues(tensor.dtype, file.read(tensor))!] };
    };
    assert.equal(file.tensors.size, 8);
    assert.deepEqual(read('model.layers.3.self_attn.q_proj.lora_A'), { shape: [2, 8], values: [...tensors[0]!.a] });
    assert.deepEqual(read('model.layers.3.mlp.down_proj.lora_B'), { shape: [8, 2], values: [...tensors[2]!.b] });
    assert.deepEqual(read('lm_head.lora_B'), { shape: [10, 2], values: [...tensors[3]!.b] });
    const rows = (values: ArrayLike<number>, order: readonly number[]) =>
      order.flatMap((row) => [values[2 * row]!, values[2 * row + 1]!]);
    const [qOrder, kOrder] =
      architecture === 'llama'
        ? [
            [0, 2, 1, 3, 4, 6, 5, 7],
            [0, 2, 1, 3],
          ]
        : [
            [0, 1, 2, 3, 4, 5, 6, 7],
            [0, 1, 2, 3],
          ];
    assert.deepEqual(read('model.layers.3.self_attn.q_proj.lora_B').values, rows(tensors[0]!.b, qOrder!));
    assert.deepEqual(read('model.layers.3.self_attn.k_proj.lora_B').values, rows(tensors[1]!.b, kOrder!));
    assert.equal(file.metadata.get('run'), '7');
  }
  const config = JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8'));
  assert.partialDeepStrictEqual(config, {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: 'some/base',
    r: 2,
    lora_alpha: 16,
    lora_dropout: 0.05,
    bias: 'none',
    target_modules: ['down_proj', 'k_proj', 'lm_head', 'q_proj'],
  });
  assert.throws(() => writePeft(folder, { ...lora, architecture: 'llama', tensors: [] }), RangeError);
  assert.throws(
    () => writePeft(folder, { ...lora, architecture: 'llama', tensors: [loraTensor('token_embd.weight', 2, 2, 1)] }),
    RangeError,
  );
});
