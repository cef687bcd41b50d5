/** What this package writes, read by llama.cpp itself. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { getLlama, type Llama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { dequantise } from '../../../native/formats/codecs.ts';
import { openGguf, readGgufHeader } from '../../../native/formats/gguf/readGguf.ts';
import { writeGguf } from '../../../native/formats/gguf/writeGguf.ts';
import { importHuggingFace } from '../../../native/formats/huggingFace/importHuggingFace.ts';
import { checkLoraFits, writeLoraGguf } from '../../../native/formats/lora/loraGguf.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';
import { tinyConfig, writeHfFolder } from './hfFolder.ts';

const tinyStories = testData('models/tinystories-656k-hf');
const goldenFile = testData('models/GOLDEN.json');

// One thread: ggml's threads wait for each other by spinning, which takes minutes on a busy machine.
let loaded: Promise<Llama> | undefined;
const llama = () => {
  loaded ??= getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
  return loaded;
};
after(async () => (await loaded)?.dispose());

/** The tokens that follow a prompt greedily. */
async function greedy(
  modelPath: string,
  prompt: readonly number[],
  count: number,
  loraPath?: string,
): Promise<number[]> {
  const model = await (await llama()).loadModel({ modelPath });
  const context = await model.createContext({
    contextSize: 128,
    ...(loraPath === undefined ? {} : { lora: loraPath }),
  });
  const found: number[] = [];
  for await (const token of context.getSequence().evaluate(prompt as Token[], { temperature: 0 })) {
    found.push(token);
    if (found.length === count) break;
  }
  await model.dispose();
  return found;
}

test('the imported model says what the original says', {
  skip: tinyStories === null || goldenFile === null,
}, async (context) => {
  const path = join(tempDir(context), 'model.gguf');
  const golden = JSON.parse(readFileSync(goldenFile!, 'utf8')).models['tinystories-656k-hf'];
  importHuggingFace(tinyStories!, path);
  const model = await (await llama()).loadModel({ modelPath: path });
  assert.deepEqual([model.tokens.bos, ...model.tokenize(golden.prompt)], golden.prompt_ids);
  assert.equal(model.tokens.shouldPrependBosToken, true);
  assert.equal(model.detokenize(golden.greedy_ids, true), golden.greedy_60_text);
  await model.dispose();
  const prompt: number[] = golden.prompt_ids;
  assert.deepEqual(
    await greedy(path, prompt, golden.greedy_ids.length - prompt.length),
    golden.greedy_ids.slice(prompt.length),
  );
});

test('a byte-level vocabulary splits as its tokenizer.json says', async (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'model.gguf');
  for (const architecture of ['LlamaForCausalLM', 'Qwen2ForCausalLM']) {
    const config = { ...tinyConfig, architectures: [architecture] };
    importHuggingFace(writeHfFolder(join(folder, architecture), config), path);
    const model = await (await llama()).loadModel({ modelPath: path });
    // hello, Ġw, or, l, d; then the bytes of é, of 3 and of Q.
    assert.deepEqual(model.tokenize('hello world'), [259, 260, 261, 108, 100]);
    assert.deepEqual(model.tokenize('é3Q'), [0xc3, 0xa9, 0x33, 0x51]);
    assert.deepEqual(model.tokenize('<|end|>', true), [263]);
    assert.equal(model.tokens.eos, 263);
    assert.equal(model.trainContextSize, 128);
    await model.dispose();
    assert.equal((await greedy(path, [262, 104], 4)).length, 4);
  }
});

test('an adapter does what its matrices added to the weights do', { skip: tinyStories === null }, async (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'model.gguf');
  const adapter = join(folder, 'adapter.gguf');
  const merged = join(folder, 'merged.gguf');
  importHuggingFace(tinyStories!, path);
  using base = openGguf(path);
  const alpha = 8;
  const rank = 4;
  const tensors = ['blk.0.attn_q.weight', 'blk.1.attn_k.weight', 'blk.0.ffn_gate.weight', 'blk.1.ffn_down.weight'].map(
    (name) => {
      const [input, out] = base.tensor(name)!.shape as [number, number];
      const a = Float32Array.from({ length: rank * input }, (_, i) => Math.sin(i * i));
      const b = Float32Array.from({ length: out * rank }, (_, i) => Math.cos(i * i + i) * 0.2);
      return { name, in: input, out, rank, a, b };
    },
  );
  writeLoraGguf(adapter, { architecture: 'llama', alpha, metadata: {}, tensors });
  checkLoraFits(readGgufHeader(adapter), base.header);
  writeGguf(merged, {
    metadata: base.header.metadata,
    tensors: base.header.tensors.map((tensor) => {
      const lora = tensors.find(({ name }) => name === tensor.name);
      const weights = dequantise('F32', base.read(tensor));
      for (let row = 0; lora !== undefined && row < lora.out; row++) {
        for (let column = 0; column < lora.in; column++) {
          let sum = 0;
          for (let r = 0; r < rank; r++) sum += lora.b[row * rank + r]! * lora.a[r * lora.in + column]!;
          weights[row * lora.in + column]! += (alpha / rank) * sum;
        }
      }
      return { ...tensor, data: weights };
    }),
  });
  const prompt = [1, 80, 147, 201, 282, 57];
  const [plain, adapted, expected] = [
    await greedy(path, prompt, 16),
    await greedy(path, prompt, 16, adapter),
    await greedy(merged, prompt, 16),
  ];
  assert.notDeepEqual(adapted, plain);
  assert.deepEqual(adapted, expected);
});
