/** Our own kernels, every instruction set that this processor has, against sums in double precision. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Kernels } from '../../native/ffi/kernels.ts';
import { loadGgml } from '../../native/ffi/library.ts';
import { Arena, downloadF32, upload } from '../../native/ggml/arena.ts';
import { Device } from '../../native/ggml/device.ts';
import { Graph, GraphMemory } from '../../native/ggml/graph.ts';
import { shapeOf } from '../../native/ggml/tensor.ts';
import { bytesOf, type TensorType, tensorTypes } from '../../native/ggml/types.ts';
import { chooseVariants, type Products } from '../../native/ops/context.ts';
import { linearBackward, linearForward } from '../../native/ops/linear.ts';
import { agree } from '../../native/ops/trustKernels.ts';
import { random } from '../../native/train/random.ts';
import { builtKernels } from '../support/builtKernels.ts';
import { normals } from '../support/opGradients.ts';

const sets = builtKernels();
const skip = sets.length === 0 ? 'there is no C compiler' : false;
const ggml = loadGgml({ gpu: false });

const types = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'Q4_K', 'Q5_K', 'Q6_K'] as const satisfies readonly TensorType[];

/** Error of a product of random numbers, relative to its own size; docs/engine.md has what was measured. */
const tolerance: Readonly<Record<Products, number>> = { exact: 1e-5, careful: 1.5e-2, fast: 0.1, ggml: 0 };

interface Shape {
  readonly type: (typeof types)[number];
  readonly inputs: number;
  readonly outputs: number;
  readonly tokens: number;
  readonly rank: number;
  readonly bias: boolean;
  readonly seed: number;
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    type: fc.constantFrom(...types),
    blocks: fc.integer({ min: 1, max: 6 }),
    odd: fc.integer({ min: 0, max: 31 }),
    outputs: fc.integer({ min: 1, max: 80 }),
    tokens: fc.constantFrom(1, 2, 3, 6, 7, 13, 14, 15, 29, 40),
    rank: fc.constantFrom(0, 1, 7, 8, 64),
    bias: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ blocks, odd, ...rest }) => {
    const { blockSize } = tensorTypes[rest.type];
    // A model's rows are whole blocks; types without blocks end anywhere.
    return { ...rest, inputs: blockSize === 1 ? blocks * 32 + odd - 31 : Math.ceil(blocks / 2) * blockSize };
  });

/** Stored weights of random bytes whose scales are ordinary numbers. */
function randomWeights(type: TensorType, count: number, seed: number): Uint8Array {
  const draw = random(seed);
  if (type === 'F32') return new Uint8Array(normals(draw, count, 0.5, 0).buffer);
  const bytes = Uint8Array.from({ length: bytesOf(type, count) }, () => Math.floor(draw() * 256));
  const { blockBytes } = tensorTypes[type];
  // The high byte of a half (or bf16) from 2^-9 to 2^-2, of either sign.
  const scale = (at: number) => {
    bytes[at] = (type === 'BF16' ? 0x3d : 0x18 + Math.floor(draw() * 28)) | (draw() < 0.5 ? 0x80 : 0);
  };
  const places: Partial<Record<TensorType, readonly number[]>> = {
    ...{ F16: [1], BF16: [1], Q8_0: [1], Q4_0: [1], Q4_K: [1, 3], Q5_K: [1, 3], Q6_K: [209] },
  };
  for (let block = 0; block < bytes.length; block += blockBytes) for (const at of places[type]!) scale(block + at);
  return bytes;
}

async function products(kernels: Kernels, mode: Products, shape: Shape, threads: number) {
  const { type, inputs, outputs, tokens, rank, bias: biased, seed } = shape;
  using device = new Device(ggml, 'CPU', threads, kernels);
  using arena = new Arena(device, 8);
  const weight = arena.declare(type, shapeOf(inputs, outputs));
  const bias = arena.declare('F32', shapeOf(outputs));
  const a = arena.declare('F32', shapeOf(inputs, Math.max(rank, 1)));
  const b = arena.declare('F32', shapeOf(outputs, Math.max(rank, 1)));
  const all = arena.declare('I32', shapeOf(outputs));
  arena.allocate(0);
  const draw = random(seed, 1);
  const data = {
    bias: normals(draw, outputs, 1, 0),
    a: normals(draw, inputs * Math.max(rank, 1), 0.2, 0),
    b: normals(draw, outputs * Math.max(rank, 1), 0.2, 0),
    x: normals(draw, inputs * tokens, 1, 0),
    dy: normals(draw, outputs * tokens, 1, 0),
  };
  upload(device, weight, randomWeights(type, inputs * outputs, seed));
  upload(device, bias, data.bias);
  upload(device, a, data.a);
  upload(device, b, data.b);
  upload(
    device,
    all,
    Int32Array.from({ length: outputs }, (_, i) => i),
  );
  using memory = new GraphMemory(device);
  using graph = new Graph(device, 64);
  const context = { graph, variants: { ...chooseVariants(device), products: mode } };
  const x = graph.input('F32', shapeOf(inputs, tokens));
  const dy = graph.input('F32', shapeOf(outputs, tokens));
  const lora = rank > 0 ? { a, b, scale: 0.5, gradient: null } : null;
  const linear = { weight, transposed: null, bias: biased ? bias : null, lora, gradient: null };
  const forward = linearForward(context, linear, x, null);
  graph.output(forward.y);
  const dx = graph.output(linearBackward(context, linear, dy, forward.tape, true)!);
  const rows = graph.output(graph.getRows(weight, all));
  graph.allocate(memory);
  upload(device, x, data.x);
  upload(device, dy, data.dy);
  await graph.compute();
  return {
    ...data,
    y: downloadF32(device, forward.y),
    dx: downloadF32(device, dx),
    weights: downloadF32(device, rows),
  };
}

/** Largest distance from the true value, relative to the size of what is summed up for it. */
function worst(one: Awaited<ReturnType<typeof products>>, { inputs, outputs, tokens, rank, bias }: Shape) {
  const { weights, a, b, x, dy } = one;
  let [error, size] = [0, 0];
  const compare = (value: number, parts: Iterable<number>) => {
    let [sum, squares] = [0, 0];
    for (const part of parts) {
      sum += part;
      squares += part * part;
    }
    error = Math.max(error, Math.abs(value - sum) / Math.sqrt(squares + 1e-30));
    size += 1;
  };
  const low = (rows: Float32Array, width: number, values: Float32Array, t: number, j: number) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += rows[j * width + i]! * values[t * width + i]!;
    return sum * 0.5;
  };
  for (let t = 0; t < tokens; t++) {
    const lows = Array.from({ length: rank }, (_, j) => low(a, inputs, x, t, j));
    const dlows = Array.from({ length: rank }, (_, j) => low(b, outputs, dy, t, j));
    for (let o = 0; o < outputs; o++) {
      compare(one.y[t * outputs + o]!, [
        ...(bias ? [one.bias[o]!] : []),
        ...lows.map((value, j) => value * b[j * outputs + o]!),
        ...Array.from({ length: inputs }, (_, i) => weights[o * inputs + i]! * x[t * inputs + i]!),
      ]);
    }
    for (let i = 0; i < inputs; i++) {
      compare(one.dx[t * inputs + i]!, [
        ...dlows.map((value, j) => value * a[j * inputs + i]!),
        ...Array.from({ length: outputs }, (_, o) => weights[o * inputs + i]! * dy[t * outputs + o]!),
      ]);
    }
  }
  assert.ok(size > 0);
  return error;
}

for (const kernels of sets.length > 0 ? sets : [null]) {
  for (const mode of ['exact', 'careful', 'fast'] as const) {
    test(`products, ${kernels?.name ?? 'any set'}, ${mode}`, { skip }, async (context) => {
      let largest = 0;
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          const error = worst(await products(kernels!, mode, shape, 1), shape);
          largest = Math.max(largest, error);
          assert.ok(error <= tolerance[mode], `off by ${error}`);
        }),
        { numRuns: 25 },
      );
      context.diagnostic(`worst ${largest.toExponential(1)}`);
    });
  }

  test(`${kernels?.name ?? 'any set'} is trusted, and is not once it is wrong`, { skip }, async () => {
    assert.equal(await agree(ggml, kernels!), true);
    const doubled = (set: unknown, down: unknown, stride: unknown, rank: unknown, scale: number) =>
      kernels!.lowRankArgs(set, down, stride, rank, scale * 2);
    assert.equal(await agree(ggml, { ...kernels!, lowRankArgs: doubled }), false);
    assert.equal(await agree(ggml, { ...kernels!, checkLayout: () => 0 }), false);
  });

  test(`the same bits from one thread and from two, ${kernels?.name ?? 'any set'}`, { skip }, async () => {
    const shape = { type: 'Q8_0', inputs: 96, outputs: 130, tokens: 29, rank: 8, bias: true, seed: 5 } as const;
    const [one, two] = [await products(kernels!, 'fast', shape, 1), await products(kernels!, 'fast', shape, 2)];
    assert.deepEqual([one.y, one.dx], [two.y, two.dx]);
  });
}
