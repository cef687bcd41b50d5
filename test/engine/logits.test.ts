/** What the engine computes, against other engines: recorded logits of a third one, and llama.cpp on the same files. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { Token } from 'node-llama-cpp';
import { loraTargets, type Method } from '../../native/contract/messages.ts';
import { float32, type GgufValue, text, uint32 } from '../../native/formats/gguf/ggufValue.ts';
import { readGgufHeader } from '../../native/formats/gguf/readGguf.ts';
import { importHuggingFace } from '../../native/formats/huggingFace/importHuggingFace.ts';
import { writeLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { type WeightType, weightTypes } from '../../native/ggml/types.ts';
import { loadModel } from '../../native/models/loadModel.ts';
import { chooseVariants } from '../../native/ops/context.ts';
import { Session } from '../../native/train/session.ts';
import { cpuDevice } from '../support/cpuDevice.ts';
import { engineLogits, softMax } from '../support/engineLogits.ts';
import { eventsOf, runEngine, trainRequest } from '../support/engineProcess.ts';
import { disposeLlamaCpp, llamaCpp, llamaProbabilities } from '../support/llamaCpp.ts';
import { randomRows } from '../support/openTraining.ts';
import { type RandomModel, tinyLlama, tinyQwen2, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { testData } from '../support/testData.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

after(disposeLlamaCpp);

interface Golden {
  readonly prompt_ids: number[];
  readonly top5_next: [number, number][];
  readonly greedy_200_text?: string;
  readonly greedy_60_text?: string;
}

const goldenFile = testData('models/GOLDEN.json');
const stories = testData('models/stories260K/stories260K.gguf');
const tinyStories = testData('models/tinystories-656k-hf');

function goldenModels(context: TestContext): { name: string; path: string; golden: Golden }[] {
  const { models } = JSON.parse(readFileSync(goldenFile!, 'utf8')) as { models: Record<string, Golden> };
  const imported = join(tempDir(context), 'imported.gguf');
  importHuggingFace(tinyStories!, imported);
  return [
    { name: 'stories260K', path: stories!, golden: models.stories260K! },
    { name: 'tinystories-656k-hf', path: imported, golden: models['tinystories-656k-hf']! },
  ];
}

const skip = goldenFile === null || stories === null || tinyStories === null;

test('the recorded logits of real models', { skip }, async (context) => {
  for (const { name, path, golden } of goldenModels(context)) {
    const last = (await engineLogits(context, path, golden.prompt_ids)).at(-1)!;
    const top = [...last.entries()].sort((a, b) => b[1] - a[1]).slice(0, 5);
    assert.deepEqual(
      top.map(([token]) => token),
      golden.top5_next.map(([token]) => token),
      name,
    );
    // They were computed in F32 in another order and written with four decimals.
    const worst = Math.max(...top.map(([, logit], i) => Math.abs(logit - golden.top5_next[i]![1])));
    context.diagnostic(`${name}: worst ${worst.toExponential(1)}`);
    assert.ok(worst < 2e-4, `${name}: ${worst}`);
  }
});

test('the recorded text of real models, word by word', { skip }, async (context) => {
  const device = cpuDevice(context);
  for (const { name, path, golden } of goldenModels(context)) {
    const model = await (await llamaCpp()).loadModel({ modelPath: path });
    const expected = golden.greedy_200_text ?? golden.greedy_60_text!;
    const length = golden.greedy_200_text === undefined ? 66 : 201;
    using loaded = await loadModel(device, path, { kind: 'evaluate', adapter: null }, () => undefined);
    using session = new Session(device, loaded.model, chooseVariants(device));
    // What comes later cannot be seen, so one length serves for all: the graph stays the same.
    const tokens = new Int32Array(length);
    tokens.set(golden.prompt_ids);
    for (let place = golden.prompt_ids.length; place < length; place++) {
      const logits = (await session.logits(tokens))[place - 1]!;
      tokens[place] = logits.reduce((best, value, token) => (value > logits[best]! ? token : best), 0);
    }
    const said = model.detokenize([...tokens] as unknown as Token[], name !== 'stories260K');
    assert.equal(said.trim(), expected);
    await model.dispose();
  }
});

/** Total variation: half the sum of |p - q|, at the worst token of the sequence. */
function apart(engine: readonly Float32Array[], llama: readonly Float64Array[]): number {
  assert.equal(engine.length, llama.length);
  return Math.max(
    ...engine.map((logits, i) =>
      softMax(logits).reduce((sum, p, token) => sum + Math.abs(p - llama[i]![token]!) / 2, 0),
    ),
  );
}

/**
 * Both sum in F32, in another order; with F16 and BF16 both round what is multiplied to the same 11 or 8 bits, but
 * llama.cpp may choose other kernels for a batch of one; Q8_0 rounds activations to 8 bits a block.
 */
const tolerance: Readonly<Record<WeightType, number>> = { F32: 5e-6, F16: 4e-3, BF16: 1e-2, Q8_0: 2e-2 };
/** Of a mean of 60 such numbers, relative. */
const lossTolerance: Readonly<Record<WeightType, number>> = { F32: 1e-5, F16: 1e-3, BF16: 2e-3, Q8_0: 5e-3 };
/** That a comparison can fail at all: what a wrong rotation or a missing adapter changes is far above. */
const different = 0.05;

const sequence = [1, ...randomRows([60], tinyLlama.vocabulary)[0]!.tokens];

test('a real model as llama.cpp computes it', { skip: stories === null }, async (context) => {
  const tokens = [1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267];
  const error = apart(await engineLogits(context, stories!, tokens), await llamaProbabilities(stories!, tokens));
  context.diagnostic(`worst ${error.toExponential(1)}`);
  assert.ok(error < tolerance.F32, `${error}`);
});

for (const type of weightTypes) {
  test(`random models on ${type} as llama.cpp computes them`, async (context) => {
    for (const model of [
      tinyLlama,
      tinyQwen2,
      { ...tinyQwen2, tied: false, keyHeads: 1 },
      { ...tinyLlama, keyHeads: 4 },
    ]) {
      const path = join(tempDir(context), 'model.gguf');
      writeRandomModel(path, { ...model, type });
      const error = apart(await engineLogits(context, path, sequence), await llamaProbabilities(path, sequence));
      context.diagnostic(`${model.architecture}, ${model.keyHeads} key heads: ${error.toExponential(1)}`);
      assert.ok(error < tolerance[type], `${model.architecture}: ${error}`);
    }
  });
}

interface Scaling {
  readonly name: string;
  readonly metadata: [string, GgufValue][];
  readonly ropeFactors?: Float32Array;
  /** Both where left out. */
  readonly models?: readonly RandomModel[];
}

const scalings: readonly Scaling[] = [
  {
    name: 'linear',
    metadata: [
      ['rope.scaling.type', text('linear')],
      ['rope.scaling.factor', float32(4)],
    ],
  },
  {
    name: 'yarn',
    metadata: [
      ['rope.scaling.type', text('yarn')],
      ['rope.scaling.factor', float32(4)],
      ['rope.scaling.original_context_length', uint32(32)],
    ],
  },
  {
    name: 'yarn with numbers of its own, most of which llama.cpp does not read',
    metadata: [
      ['rope.scaling.type', text('yarn')],
      ['rope.scaling.factor', float32(4)],
      ['rope.scaling.original_context_length', uint32(32)],
      ['rope.scaling.attn_factor', float32(0.8)],
      ['rope.scaling.yarn_ext_factor', float32(0.5)],
      ['rope.scaling.yarn_beta_fast', float32(16)],
      ['rope.scaling.yarn_beta_slow', float32(2)],
    ],
  },
  {
    name: 'frequency factors',
    metadata: [],
    ropeFactors: Float32Array.of(1, 1, 1.5, 2, 4, 8, 8, 8),
    models: [tinyLlama],
  },
];

for (const { name, metadata, ropeFactors, models = [tinyLlama, tinyQwen2] } of scalings) {
  test(`rope scaling as llama.cpp computes it: ${name}`, async (context) => {
    for (const model of models) {
      const folder = tempDir(context);
      const [plain, scaled] = [join(folder, 'plain.gguf'), join(folder, 'scaled.gguf')];
      writeRandomModel(plain, model);
      const keys = metadata.map(([key, value]): [string, GgufValue] => [`${model.architecture}.${key}`, value]);
      writeRandomModel(scaled, { ...model, metadata: keys, ...(ropeFactors ? { ropeFactors } : {}) });
      const llama = await llamaProbabilities(scaled, sequence);
      const error = apart(await engineLogits(context, scaled, sequence), llama);
      context.diagnostic(`${model.architecture}: ${error.toExponential(1)}`);
      assert.ok(error < tolerance.F32, `${model.architecture}: ${error}`);
      assert.ok(apart(await engineLogits(context, plain, sequence), llama) > different);
    }
  });
}

/** Trains for a few steps on random rows, which changes the answers a lot. The last loss is that of `heldOutRow`. */
async function trainedAdapter(context: TestContext, base: string, method: Method & { kind: 'lora' }) {
  const folder = tempDir(context);
  const [train, heldOut, run] = [join(folder, 'rows.tok'), join(folder, 'held.tok'), join(folder, 'run')];
  mkdirSync(run);
  writeTokenRows(train, randomRows([20, 11, 16, 9, 14, 13], 80));
  writeTokenRows(heldOut, [heldOutRow]);
  const schedule = { steps: 6, learningRate: 2e-2, evaluateEvery: 0, checkpointEvery: 0 };
  const events = await runEngine(trainRequest({ base, train, heldOut, run }, { method, schedule }));
  const [trained] = eventsOf(events, 'trained');
  assert.ok(trained?.adapterPath, JSON.stringify(events.at(-1)));
  return { adapter: trained.adapterPath, loss: eventsOf(events, 'heldOut').at(-1)!.loss };
}

const heldOutRow = { tokens: Int32Array.from(sequence), answer: new Uint8Array(sequence.length).fill(1) };

/** Mean cross-entropy of the sequence, nats. */
function lossOf(probabilities: readonly Float64Array[]): number {
  const nats = sequence.slice(1).map((token, i) => -Math.log(probabilities[i]![token]!));
  return nats.reduce((a, b) => a + b) / nats.length;
}

const every: Method & { kind: 'lora' } = { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: [...loraTargets] };
const allButHead = { ...every, targets: loraTargets.filter((target) => target !== 'head') };
const adapted: readonly { model: RandomModel; method: Method & { kind: 'lora' } }[] = [
  { model: tinyLlama, method: every },
  { model: { ...tinyLlama, type: 'Q8_0' }, method: every },
  { model: { ...tinyQwen2, tied: false, type: 'F16' }, method: every },
  { model: { ...tinyQwen2, type: 'BF16' }, method: allButHead },
  { model: tinyQwen2, method: { ...every, targets: ['q', 'down'], rank: 1, alpha: 3 } },
  { model: tinyLlama, method: { ...every, targets: ['head'], rank: 7 } },
];

for (const { model, method } of adapted) {
  const name = `${model.architecture}, ${model.type}, ${method.targets.join(' ')}`;
  test(`llama.cpp with an adapter of the engine says what the engine says: ${name}`, async (context) => {
    const path = join(tempDir(context), 'model.gguf');
    writeRandomModel(path, model);
    const { adapter, loss } = await trainedAdapter(context, path, method);
    const pairs = readGgufHeader(adapter).tensors.length / 2;
    assert.equal(
      pairs,
      method.targets.reduce((sum, target) => sum + (target === 'head' ? 1 : model.layers), 0),
    );
    const engine = await engineLogits(context, path, sequence, adapter);
    const llama = await llamaProbabilities(path, sequence, adapter);
    const error = apart(engine, llama);
    const without = apart(engine, await llamaProbabilities(path, sequence));
    context.diagnostic(
      `${error.toExponential(1)}, without the adapter ${without.toFixed(2)}, loss ${(lossOf(llama) / loss - 1).toExponential(1)}`,
    );
    assert.ok(error < tolerance[model.type], `${error}`);
    assert.ok(without > different, `without the adapter ${without}`);
    // What was trained is what was written: the loss that the run itself told last is llama.cpp's with the adapter.
    const relative = Math.abs(lossOf(llama) / loss - 1);
    assert.ok(relative < lossTolerance[model.type], `${lossOf(llama)} nats, the run told ${loss}`);
  });
}

test('llama.cpp loads no adapter of a head that is the embedding table, which is why the engine makes none', async (context) => {
  const folder = tempDir(context);
  const [path, adapter] = [join(folder, 'model.gguf'), join(folder, 'adapter.gguf')];
  writeRandomModel(path, tinyQwen2);
  const { width, vocabulary } = tinyQwen2;
  const [a, b] = [new Float32Array(width).fill(0.1), new Float32Array(vocabulary).fill(0.1)];
  const tensor = { name: 'output.weight', in: width, out: vocabulary, rank: 1, a, b };
  writeLoraGguf(adapter, { architecture: 'qwen2', alpha: 1, metadata: {}, tensors: [tensor] });
  await assert.rejects(llamaProbabilities(path, [1, 5], adapter), /Failed to initialize LoRA adapter/);
});
