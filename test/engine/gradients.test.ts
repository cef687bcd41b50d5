/** The whole model's gradients: against differences of its loss, and against each other where they must be the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loraTargets, type Method } from '../../native/contract/messages.ts';
import { type WeightType, weightTypes } from '../../native/ggml/types.ts';
import type { Parameters } from '../../native/models/parameters.ts';
import { random } from '../../native/train/random.ts';
import { cpuDevice } from '../support/cpuDevice.ts';
import { openTraining, randomModelFile, randomRows, type Training, widened } from '../support/openTraining.ts';
import { dot, stencil } from '../support/opGradients.ts';
import { type RandomModel, tinyLlama, tinyQwen2 } from '../support/randomModel.ts';

const lora: Method = { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: [...loraTargets] };
const full: Method = { kind: 'full', outputType: 'F32' };

/** Two lanes, one of two rows; 137 targets, so two chunks with padding in the second. */
const lanes = (() => {
  const [a, b, c] = randomRows([61, 21, 61], tinyLlama.vocabulary);
  return [[a!, b!], [c!]];
})();

/** Names of everything that is trained, and the gradient of each. */
function gradients(parameters: Parameters): Map<string, Float32Array> {
  return new Map(parameters.specs.map(({ name }) => [name, parameters.getGradient(name)]));
}

/** What a step of the difference changes the loss by, nats, to the first order. */
const steps = [0.08, 0.4, 2];

/**
 * The worst error over all tensors, relative to each one's norm, as test/support/opGradients.ts takes it. Of several
 * steps the best counts: a short one drowns in the rounding of a loss of 600 nats, a long one leaves the tangent, and how
 * long is best differs a hundredfold between a bias of k, which changes next to nothing, and the head.
 */
async function worstError({ parameters, run, loss }: Training, dropout: number) {
  parameters.zeroGradients();
  await run(lanes, { dropout });
  const lossAt = () => (dropout > 0 ? run(lanes, { dropout }) : loss(lanes));
  const draw = random(17);
  let worst = { name: '', error: 0 };
  for (const [name, gradient] of gradients(parameters)) {
    const norm = Math.sqrt(dot(gradient, gradient));
    assert.ok(norm > 0, `${name} has no gradient`);
    const values = parameters.get(name);
    const direction = Float32Array.from(values, () => (draw() < 0.5 ? -1 : 1));
    let error = Number.POSITIVE_INFINITY;
    for (const h of steps.map((step) => step / norm)) {
      let difference = 0;
      for (const [times, weight] of stencil) {
        parameters.set(
          name,
          values.map((value, place) => value + times * h * direction[place]!),
        );
        difference += (weight * (await lossAt())) / h;
      }
      error = Math.min(error, Math.abs(difference - dot(gradient, direction)) / norm);
    }
    parameters.set(name, values);
    if (error > worst.error) worst = { name, error };
  }
  return worst;
}

const cases: readonly { name: string; model: RandomModel; method: Method; dropout?: number; tensors: number }[] = [
  // Seven linears in each of two layers, and the head: a pair each.
  { name: 'LoRA on llama', model: tinyLlama, method: lora, tensors: 30 },
  { name: 'LoRA with dropout on llama', model: tinyLlama, method: lora, dropout: 0.2, tensors: 30 },
  {
    ...{ name: 'LoRA on qwen2', model: tinyQwen2, tensors: 28 },
    method: { ...lora, targets: loraTargets.filter((target) => target !== 'head') },
  },
  // Nine tensors a layer, table, norm, head; three biases a layer more with a tied head.
  { name: 'full training of llama', model: tinyLlama, method: full, tensors: 21 },
  { name: 'full training of qwen2, tied head', model: tinyQwen2, method: full, tensors: 26 },
  { name: 'full training, untied, biases', model: { ...tinyQwen2, tied: false }, method: full, tensors: 27 },
];

for (const { name, model, method, dropout = 0, tensors } of cases) {
  test(`${name}: every tensor's gradient is that of the loss`, async (context) => {
    const training = await openTraining(context, cpuDevice(context), randomModelFile(context, model), method);
    assert.equal(training.parameters.specs.length, tensors);
    const worst = await worstError(training, dropout);
    context.diagnostic(`worst ${worst.error.toExponential(1)} at ${worst.name}`);
    assert.ok(worst.error < 4e-4, `${worst.name} is off by ${worst.error}`);
  });
}

/** L2 norm of the difference of all gradients relative to the gradient. */
function distance(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  let [apart, size] = [0, 0];
  for (const [name, values] of a) {
    const difference = values.map((value, i) => value - b.get(name)![i]!);
    apart += dot(difference, difference);
    size += dot(values, values);
  }
  return Math.sqrt(apart / size);
}

/**
 * How far rounding to the weights' precision takes the gradient of a model of two layers; grows with the spread of the
 * weights, because sharper attention amplifies.
 */
const limits: Readonly<Record<WeightType, number>> = { F32: 1e-5, F16: 4e-3, BF16: 3e-2, Q8_0: 0.12 };
for (const type of weightTypes) {
  test(`LoRA on ${type}: the gradient is that of the same weights in F32, within the type's precision`, async (context) => {
    const device = cpuDevice(context);
    for (const spread of [0.08, 0.15]) {
      const path = randomModelFile(context, { ...tinyLlama, type, spread });
      const exact = await openTraining(context, device, widened(context, path), lora);
      await exact.run(lanes);
      for (const copies of [true, false]) {
        const training = await openTraining(context, device, path, lora, copies);
        await training.run(lanes);
        const error = distance(gradients(exact.parameters), gradients(training.parameters));
        context.diagnostic(`spread ${spread}, ${copies ? 'with' : 'without'} copies: ${error.toExponential(1)}`);
        assert.ok(error < limits[type], `spread ${spread}, copies ${copies}: ${error}`);
      }
    }
  });
}

test('recomputing layers changes no bit', async (context) => {
  const device = cpuDevice(context);
  for (const [model, method, dropout] of [
    [{ ...tinyLlama, type: 'Q8_0' }, lora, 0.2],
    [tinyQwen2, full, 0],
  ] as const) {
    const training = await openTraining(context, device, randomModelFile(context, model), method, true);
    const kept = await training.run(lanes, { checkpointing: false, dropout });
    const expected = gradients(training.parameters);
    training.parameters.zeroGradients();
    assert.equal(await training.run(lanes, { checkpointing: true, dropout }), kept);
    assert.deepEqual(gradients(training.parameters), expected);
  }
});

test('rows give the same in lanes together as each alone', async (context) => {
  const device = cpuDevice(context);
  const rows = randomRows([17, 5, 30, 9, 2], tinyLlama.vocabulary);
  const packed = [[rows[2]!], [rows[0]!, rows[3]!, rows[4]!], [rows[1]!]];
  for (const method of [lora, full]) {
    const training = await openTraining(context, device, randomModelFile(context, tinyLlama), method);
    const together = await training.run(packed, { laneLength: 40 });
    const expected = gradients(training.parameters);
    training.parameters.zeroGradients();
    let alone = 0;
    for (const row of rows) alone += await training.run([[row]]);
    assert.ok(Math.abs(together / alone - 1) < 1e-6, `${together} nats together, ${alone} alone`);
    const apart = distance(expected, gradients(training.parameters));
    context.diagnostic(`${method.kind}: ${apart.toExponential(1)}`);
    assert.ok(apart < 1e-5, `the gradients are ${apart} apart`);
  }
});

test('the number of threads changes no bit', async (context) => {
  for (const type of weightTypes) {
    const path = randomModelFile(context, { ...tinyLlama, layers: 1, type });
    const results = [];
    for (const threads of [1, 2]) {
      const training = await openTraining(context, cpuDevice(context, threads), path, lora, true);
      results.push({ loss: await training.run(lanes, { dropout: 0.1 }), gradients: gradients(training.parameters) });
    }
    assert.deepEqual(results[1], results[0], type);
  }
});
