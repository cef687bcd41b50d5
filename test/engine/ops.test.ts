/** Every op's backward pass, in every implementation and on every weight type, against differences of its forward pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantise } from '../../native/formats/codecs.ts';
import { Arena, downloadF32, upload } from '../../native/ggml/arena.ts';
import { Graph, GraphMemory, type RopeSettings } from '../../native/ggml/graph.ts';
import { shapeOf, type Tensor } from '../../native/ggml/tensor.ts';
import { type WeightType, weightTypes } from '../../native/ggml/types.ts';
import { adamwStep, squaredNorm } from '../../native/ops/adamw.ts';
import { attentionBackward, attentionForward } from '../../native/ops/attention.ts';
import { allVariants, chooseVariants, type OpContext, type OpVariants } from '../../native/ops/context.ts';
import { crossEntropyBackward, crossEntropyForward } from '../../native/ops/crossEntropy.ts';
import { embeddingBackward, embeddingForward } from '../../native/ops/embedding.ts';
import { type Linear, linearBackward, linearForward } from '../../native/ops/linear.ts';
import { outerProduct } from '../../native/ops/outerProduct.ts';
import { rmsNormBackward, rmsNormForward, rmsNormWeightGradient, sumOverTokens } from '../../native/ops/rmsNorm.ts';
import { type RopeInputs, ropeBackward, ropeForward } from '../../native/ops/rope.ts';
import { swigluBackward, swigluForward } from '../../native/ops/swiglu.ts';
import { random } from '../../native/train/random.ts';
import { cpuDevice, wantedKernels } from '../support/cpuDevice.ts';
import { gradientErrors, normals, type OpTensors, type OpTrial, type Variable } from '../support/opGradients.ts';

/**
 * F32: what rounding leaves of a difference of sums. The others: how far the products' own rounding takes a gradient
 * from that of the same weights in F32, of one product of random numbers. docs/engine.md has what was measured.
 */
const tolerance: Readonly<Record<WeightType, number>> = { F32: 2.5e-4, F16: 1e-3, BF16: 1e-2, Q8_0: 4e-2 };

/** Where there is no C compiler, our own kernels cannot be tried. */
const without: ReadonlySet<string> = new Set(wantedKernels() ? [] : ['kernel', 'fast', 'careful', 'exact']);

function variantsOf<K extends keyof OpVariants>(op: K): OpVariants[K][] {
  return allVariants[op].filter((variant) => !without.has(variant)) as OpVariants[K][];
}

const special = Object.fromEntries(
  Object.keys(allVariants).map((op) => [op, variantsOf(op as keyof OpVariants)[0]]),
) as unknown as OpVariants;

/** All ways to choose among the implementations of these ops. */
function choices(ops: readonly (keyof OpVariants)[]): OpVariants[] {
  return ops.reduce<OpVariants[]>(
    (chosen, op) => chosen.flatMap((variants) => variantsOf(op).map((variant) => ({ ...variants, [op]: variant }))),
    [special],
  );
}

interface Case {
  readonly name: string;
  readonly ops: readonly (keyof OpVariants)[];
  readonly trial: OpTrial;
  readonly tolerance?: number;
}

const measured = new Map<string, number>();

async function check(device: ReturnType<typeof cpuDevice>, { name, ops, trial, tolerance: limit }: Case) {
  for (const [seed, variants] of choices(ops).entries()) {
    const errors = await gradientErrors(device, variants, trial, seed + 1);
    for (const [variable, error] of Object.entries(errors)) {
      const which = ops.map((op) => variants[op]).join(', ');
      assert.ok(error <= (limit ?? tolerance.F32), `${name} (${which}): d${variable} is off by ${error}`);
      const key = name.split(':')[0]!;
      measured.set(key, Math.max(measured.get(key) ?? 0, error));
    }
  }
}

function checkAll(title: string, cases: readonly Case[]) {
  test(title, async (context) => {
    const device = cpuDevice(context);
    for (const one of cases) await check(device, one);
    for (const [name, error] of measured) context.diagnostic(`${name}: worst ${error.toExponential(1)}`);
    measured.clear();
  });
}

const counted = (length: number, modulus: number) => Int32Array.from({ length }, (_, i) => (i * 7 + 3) % modulus);

const norm = (width: number, tokens: number): OpTrial => ({
  variables: { x: { shape: [width, tokens] }, weight: { shape: [width], mean: 1, spread: 0.3 } },
  build: (c, t) => ({
    y: rmsNormForward(c, t.of('x'), t.of('weight'), 1e-5),
    backward: (dy) => ({
      x: rmsNormBackward(c, dy, t.of('x'), t.of('weight'), 1e-5),
      weight: rmsNormWeightGradient(c, dy, t.of('x'), 1e-5),
    }),
  }),
});

const swiglu = (hidden: number, tokens: number): OpTrial => ({
  variables: { gate: { shape: [hidden, tokens], spread: 2 }, up: { shape: [hidden, tokens] } },
  build: (c, t) => ({
    y: swigluForward(c, t.of('gate'), t.of('up')),
    backward: (dh) => {
      const { dgate, dup } = swigluBackward(c, dh, t.of('gate'), t.of('up'));
      return { gate: dgate, up: dup };
    },
  }),
});

const normOps = ['rows', 'rmsNormBackward', 'outerProduct'] as const;
checkAll(
  'rms norm',
  (
    [
      [8, 1],
      [64, 5],
      [72, 33],
      [33, 8],
    ] as const
  ).map(([width, tokens]) => ({
    name: `rms norm: ${width} x ${tokens}`,
    ops: normOps,
    trial: norm(width, tokens),
  })),
);

checkAll(
  'swiglu',
  (
    [
      [1, 1],
      [96, 5],
      [33, 31],
    ] as const
  ).map(([hidden, tokens]) => ({
    name: `swiglu: ${hidden} x ${tokens}`,
    ops: ['rows', 'swigluBackward'],
    trial: swiglu(hidden, tokens),
  })),
);

const plainRope: RopeSettings = {
  ...{ dimensions: 32, mode: 0, originalContext: 64, base: 10000, scale: 1, extrapolation: 0 },
  ...{ attentionFactor: 1, betaFast: 32, betaSlow: 1 },
};

function rope(change: Partial<RopeSettings>, width: number, heads: number, tokens: number, factors = false): OpTrial {
  const settings = { ...plainRope, ...change };
  const positions = counted(tokens, 61);
  const divisors = Float32Array.from({ length: settings.dimensions / 2 }, (_, i) => 1 + i / 3);
  const inputs = (t: OpTensors): RopeInputs => ({
    positions: t.of('positions'),
    negated: t.of('negated'),
    factors: factors ? t.of('factors') : null,
    settings,
  });
  return {
    variables: { x: { shape: [width, heads, tokens] } },
    constants: {
      positions: { shape: [tokens], data: positions },
      negated: { shape: [tokens], data: positions.map((position) => -position) },
      factors: { shape: [divisors.length], data: divisors },
    },
    build: (c, t) => ({
      y: ropeForward(c, t.of('x'), inputs(t)),
      backward: (dy) => ({ x: ropeBackward(c, dy, inputs(t)) }),
    }),
  };
}

const yarn = { scale: 0.25, extrapolation: 1, originalContext: 32 } as const;
checkAll(
  'rope',
  ([0, 2] as const).flatMap((mode) =>
    Object.entries({
      plain: rope({ mode }, 32, 4, 9),
      'one token, one head': rope({ mode }, 32, 1, 1),
      'a part of the head': rope({ mode, dimensions: 16 }, 48, 2, 7),
      'linear scale': rope({ mode, scale: 0.25 }, 32, 2, 33),
      yarn: rope({ mode, ...yarn }, 32, 2, 17),
      'yarn, attention factor': rope({ mode, ...yarn, attentionFactor: 0.8, betaFast: 16, betaSlow: 2 }, 32, 2, 17),
      'frequency factors': rope({ mode }, 32, 2, 17, true),
    }).map(([name, trial]) => ({ name: `rope: ${name}, mode ${mode}`, ops: ['ropeBackward'] as const, trial })),
  ),
);

/** Lanes of several rows each: a token sees those of its own row up to itself. */
function attention([width, heads, keyHeads, laneLength, lanes, row]: readonly [
  number,
  number,
  number,
  number,
  number,
  number,
]): OpTrial {
  const tokens = laneLength * lanes;
  const mask = Float32Array.from({ length: laneLength * tokens }, (_, i) => {
    const [from, to] = [i % laneLength, Math.floor(i / laneLength) % laneLength];
    return from <= to && Math.floor(from / row) === Math.floor(to / row) ? 0 : Number.NEGATIVE_INFINITY;
  });
  const positions = Int32Array.from({ length: tokens }, (_, i) => (i % laneLength) % row);
  const shape = { lanes, laneLength, scale: 1 / Math.sqrt(width) };
  return {
    variables: {
      q: { shape: [width, heads, tokens] },
      k: { shape: [width, keyHeads, tokens] },
      v: { shape: [width, keyHeads, tokens] },
    },
    constants: {
      mask: { shape: [laneLength, laneLength, 1, lanes], data: mask },
      positions: { shape: [tokens], data: positions },
    },
    build: (c, t) => {
      const visible = { mask: t.of('mask'), positions: t.of('positions') };
      const { out, tape } = attentionForward(c, t.of('q'), t.of('k'), t.of('v'), visible, shape);
      return {
        y: out,
        backward: (dy) => {
          const { dq, dk, dv } = attentionBackward(c, dy, tape, shape);
          return { q: dq, k: dk, v: dv };
        },
      };
    },
  };
}

checkAll(
  'attention',
  (
    [
      [16, 4, 4, 8, 1, 8],
      [16, 4, 2, 13, 3, 5],
      [8, 8, 2, 7, 2, 7],
      [32, 4, 1, 33, 1, 9],
      [64, 2, 1, 9, 1, 4],
      [48, 3, 1, 130, 2, 77],
      [24, 2, 2, 64, 1, 64],
      [16, 2, 2, 2, 4, 2],
    ] as const
  ).map((shape) => ({
    name: `attention: d, H, K, L, N, row ${shape.join(' ')}`,
    ops: ['attention', 'softMaxBackward'],
    trial: attention(shape),
  })),
);

interface LinearCase {
  readonly type: WeightType;
  readonly copy: boolean;
  readonly inputs: number;
  readonly outputs: number;
  readonly tokens: number;
  readonly rank?: number;
  readonly dropout?: boolean;
  readonly bias?: boolean;
  /** The weights themselves are trained. */
  readonly full?: boolean;
}

function linear({ type, copy, inputs, outputs, tokens, rank, dropout, bias, full }: LinearCase): OpTrial {
  const draw = random(tokens, inputs);
  const spread = 1 / Math.sqrt(inputs);
  const variables: Record<string, Variable> = {
    x: { shape: [inputs, tokens] },
    weight: { shape: [inputs, outputs], type, spread, frozen: !full, transposedCopy: copy },
    ...(bias ? { bias: { shape: [outputs], frozen: !full } } : {}),
    ...(rank ? { a: { shape: [inputs, rank], spread }, b: { shape: [outputs, rank], spread: 0.5 } } : {}),
  };
  const op = (t: OpTensors): Linear => ({
    weight: t.of('weight'),
    transposed: t.transposed('weight'),
    bias: bias ? t.of('bias') : null,
    lora: rank
      ? {
          ...{ a: t.of('a'), b: t.of('b'), scale: 2 / rank },
          gradient: { a: t.accumulator('a'), b: t.accumulator('b') },
        }
      : null,
    gradient: full ? { weight: t.accumulator('weight'), bias: bias ? t.accumulator('bias') : null } : null,
  });
  const kept = Float32Array.from({ length: inputs * tokens }, () => (draw() < 0.3 ? 0 : 1 / 0.7));
  return {
    variables,
    constants: { mask: { shape: [inputs, tokens], data: kept } },
    accumulated: [...(full ? ['weight', ...(bias ? ['bias'] : [])] : []), ...(rank ? ['a', 'b'] : [])],
    build: (c, t) => {
      const { y, tape } = linearForward(c, op(t), t.of('x'), dropout ? t.of('mask') : null);
      return { y, backward: (dy) => ({ x: linearBackward(c, op(t), dy, tape, true)! }) };
    },
  };
}

const describe = (one: LinearCase) =>
  `${one.inputs} -> ${one.outputs} x ${one.tokens}${one.rank ? `, rank ${one.rank}` : ''}${one.dropout ? ', dropout' : ''}${one.bias ? ', bias' : ''}`;

for (const type of weightTypes) {
  for (const copy of [true, false]) {
    const shapes: Omit<LinearCase, 'type' | 'copy'>[] = [
      { inputs: 64, outputs: 96, tokens: 1 },
      { inputs: 96, outputs: 64, tokens: 33, bias: true },
      // No multiple of Q8_0's block, so its copy is BF16.
      { inputs: 64, outputs: 40, tokens: 7 },
      { inputs: 64, outputs: 96, tokens: 1, rank: 1 },
      { inputs: 64, outputs: 32, tokens: 13, rank: 7, bias: true },
      { inputs: 128, outputs: 96, tokens: 33, rank: 64, dropout: true },
      { inputs: 32, outputs: 64, tokens: 5, rank: 4, dropout: true, bias: true },
    ];
    checkAll(
      `linear and LoRA on ${type}, ${copy ? 'with' : 'without'} a transposed copy`,
      shapes.map((shape) => ({
        name: `linear on ${type} ${copy ? 'with' : 'without'} copy: ${describe({ type, copy, ...shape })}`,
        ops: shape.rank ? (['products', 'outerProduct'] as const) : (['products'] as const),
        trial: linear({ type, copy, ...shape }),
        tolerance: tolerance[type],
      })),
    );
  }
}

checkAll(
  'linear, its own weights trained',
  [
    { inputs: 64, outputs: 96, tokens: 1, full: true },
    { inputs: 33, outputs: 17, tokens: 9, full: true, bias: true },
    { inputs: 80, outputs: 72, tokens: 19, full: true, bias: true },
    { inputs: 64, outputs: 48, tokens: 32, full: true, bias: true, rank: 3 },
  ].map((shape) => ({
    name: `trained linear: ${describe({ type: 'F32', copy: false, ...shape })}`,
    ops: ['products', 'outerProduct'],
    trial: linear({ type: 'F32', copy: false, ...shape }),
  })),
);

checkAll(
  'embedding',
  (
    [
      [64, 80, 33],
      [32, 5, 1],
      [8, 3, 17],
    ] as const
  ).map(([width, vocabulary, tokens]) => ({
    name: `embedding: ${width} x ${vocabulary}, ${tokens} tokens`,
    ops: ['embeddingBackward', 'outerProduct'],
    trial: {
      variables: { table: { shape: [width, vocabulary] } },
      // Tokens come several times, so that their gradients must add up.
      constants: { tokens: { shape: [tokens], data: counted(tokens, Math.min(vocabulary, 11)) } },
      build: (c: OpContext, t: OpTensors) => ({
        y: embeddingForward(c, t.of('table'), t.of('tokens')),
        backward: (dy: Tensor) => ({ table: embeddingBackward(c, dy, t.of('tokens'), t.of('table')) }),
      }),
    },
  })),
);

/** The head and the loss of one chunk, of which the last targets are padding. */
function head(
  type: WeightType,
  copy: boolean,
  width: number,
  vocabulary: number,
  targets: number,
  padding: number,
): OpTrial {
  const weights = Float32Array.from({ length: targets }, (_, i) => (i < targets - padding ? 1 : 0));
  const op = (t: OpTensors): Linear => ({
    ...{ weight: t.of('weight'), transposed: t.transposed('weight'), bias: null, lora: null, gradient: null },
  });
  return {
    variables: {
      x: { shape: [width, targets] },
      weight: { shape: [width, vocabulary], type, spread: 2 / Math.sqrt(width), frozen: true, transposedCopy: copy },
    },
    constants: {
      labels: { shape: [1, targets], data: counted(targets, vocabulary) },
      weights: { shape: [1, targets], data: weights },
    },
    objective: weights.map((weight) => -weight),
    build: (c, t) => {
      const { y: logits, tape: below } = linearForward(c, op(t), t.of('x'), null);
      const { logLikelihood, tape } = crossEntropyForward(c, logits, t.of('labels'));
      return {
        y: logLikelihood,
        backward: () => {
          const dlogits = crossEntropyBackward(c, tape, t.of('labels'), t.of('weights'));
          return { x: linearBackward(c, op(t), dlogits, below, true)! };
        },
      };
    },
  };
}

checkAll(
  'cross-entropy',
  (
    [
      [80, 16, 5],
      [33, 1, 0],
      [512, 9, 8],
    ] as const
  ).map(([vocabulary, targets, padding]) => ({
    name: `cross-entropy: ${vocabulary} x ${targets}, ${padding} of padding`,
    ops: ['rows'],
    trial: {
      variables: { logits: { shape: [vocabulary, targets], spread: 2 } },
      constants: {
        labels: { shape: [1, targets], data: counted(targets, vocabulary) },
        weights: {
          shape: [1, targets],
          data: Float32Array.from({ length: targets }, (_, i) => (i < targets - padding ? 0.5 + i : 0)),
        },
      },
      objective: Float32Array.from({ length: targets }, (_, i) => (i < targets - padding ? -0.5 - i : -0)),
      build: (c: OpContext, t: OpTensors) => {
        const { logLikelihood, tape } = crossEntropyForward(c, t.of('logits'), t.of('labels'));
        return {
          y: logLikelihood,
          backward: () => ({ logits: crossEntropyBackward(c, tape, t.of('labels'), t.of('weights')) }),
        };
      },
    },
  })),
);

checkAll(
  'head and loss on every type',
  weightTypes.flatMap((type) =>
    [true, false].map((copy) => ({
      name: `head on ${type} ${copy ? 'with' : 'without'} copy`,
      ops: ['rows', 'products'],
      trial: head(type, copy, 64, 160, 16, 3),
      tolerance: tolerance[type],
    })),
  ),
);

test('norm, gated unit and linear of any shape', async (context) => {
  const device = cpuDevice(context);
  const size = fc.integer({ min: 1, max: 70 });
  await fc.assert(
    fc.asyncProperty(
      size,
      fc.integer({ min: 1, max: 40 }),
      size,
      fc.integer({ min: 1, max: 9 }),
      async (a, tokens, b, rank) => {
        // A norm of few numbers bends so sharply that what the differences leave out shows.
        await check(device, {
          name: `norm: ${a + 7} x ${tokens}`,
          ops: normOps,
          trial: norm(a + 7, tokens),
          tolerance: 3e-4,
        });
        await check(device, {
          name: `swiglu: ${a} x ${tokens}`,
          ops: ['rows', 'swigluBackward'],
          trial: swiglu(a, tokens),
        });
        const shape: LinearCase = { type: 'F32', copy: false, inputs: a, outputs: b, tokens, rank, full: true };
        await check(device, { name: describe(shape), ops: ['products', 'outerProduct'], trial: linear(shape) });
      },
    ),
    { numRuns: 12, seed: 1 },
  );
});

test('looks up the rows of a table of every type as they are stored', async (context) => {
  const device = cpuDevice(context);
  for (const type of weightTypes) {
    const values = normals(random(3), 64 * 10, 1, 0);
    using arena = new Arena(device, 2);
    const table = arena.declare(type, shapeOf(64, 10));
    const tokens = arena.declare('I32', shapeOf(4));
    arena.allocate(0);
    upload(device, table, quantise(type, values));
    upload(device, tokens, Int32Array.of(9, 0, 4, 9));
    const rows = await result(device, (c) => embeddingForward(c, table, tokens));
    const limit = { F32: 0, F16: 2 ** -11, BF16: 2 ** -8, Q8_0: 1 / 127 }[type];
    [9, 0, 4, 9].forEach((row, i) => {
      const stored = values.subarray(row * 64, row * 64 + 64);
      const found = rows.subarray(i * 64, i * 64 + 64);
      const scale = Math.max(...stored.map(Math.abs));
      const worst = Math.max(...stored.map((value, j) => Math.abs(value - found[j]!)));
      assert.ok(worst <= limit * scale, `${type} is off by ${worst}`);
    });
  }
});

test('sums of products do not depend on the implementation', async (context) => {
  const device = cpuDevice(context);
  for (const [m, n, k] of [
    [5, 7, 1],
    [64, 3, 33],
    [1, 40, 8],
  ] as const) {
    const [a, b] = [normals(random(1), m * k, 1, 0), normals(random(2), n * k, 1, 0)];
    using arena = new Arena(device, 2);
    const [left, right] = [arena.declare('F32', shapeOf(m, k)), arena.declare('F32', shapeOf(n, k))];
    arena.allocate(0);
    upload(device, left, a);
    upload(device, right, b);
    for (const variants of choices(['outerProduct'])) {
      const product = await result(device, (c) => outerProduct({ ...c, variants }, left, right));
      const sums = await result(device, (c) => sumOverTokens({ ...c, variants }, left));
      for (let i = 0; i < m; i++) {
        let [row, most] = [0, 0];
        for (let t = 0; t < k; t++) row += a[t * m + i]!;
        for (let t = 0; t < k; t++) most += Math.abs(a[t * m + i]!);
        assert.ok(Math.abs(sums[i]! - row) <= 1e-6 * most);
        for (let j = 0; j < n; j++) {
          let [sum, size] = [0, 0];
          for (let t = 0; t < k; t++) {
            sum += a[t * m + i]! * b[t * n + j]!;
            size += Math.abs(a[t * m + i]! * b[t * n + j]!);
          }
          assert.ok(Math.abs(product[j * m + i]! - sum) <= 1e-6 * size);
        }
      }
    }
  }
});

test('AdamW as in the paper, decay apart from the gradient', async (context) => {
  const device = cpuDevice(context);
  const [rate, beta1, beta2, epsilon, decay, factor] = [1e-2, 0.9, 0.99, 1e-8, 0.1, 0.25];
  const size = 40;
  using arena = new Arena(device, 6);
  const declare = () => arena.declare('F32', shapeOf(size));
  const state = { parameters: declare(), gradients: declare(), firstMoment: declare(), secondMoment: declare() };
  const [scale, settings] = [arena.declare('F32', shapeOf(1)), arena.declare('F32', shapeOf(7))];
  arena.allocate(0);
  arena.clear();
  const expected = Float64Array.from(normals(random(5), size, 1, 0));
  upload(device, state.parameters, Float32Array.from(expected));
  const [m, v] = [new Float64Array(size), new Float64Array(size)];
  for (let step = 1; step <= 5; step++) {
    const gradient = normals(random(6, step), size, 1, 0);
    upload(device, state.gradients, gradient);
    const [squares = 0] = await result(device, (c) => squaredNorm(c, state.gradients));
    assert.ok(Math.abs(squares / gradient.reduce((sum, value) => sum + value ** 2, 0) - 1) < 1e-6);
    upload(device, scale, Float32Array.of(factor));
    const corrections = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)];
    upload(device, settings, Float32Array.of(rate, beta1, beta2, epsilon, decay, ...corrections));
    await result(device, (c) => adamwStep(c, state, scale, settings));
    for (let i = 0; i < size; i++) {
      const g = gradient[i]! * factor;
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const direction = (m[i]! * corrections[0]!) / (Math.sqrt(v[i]! * corrections[1]!) + epsilon);
      expected[i] = expected[i]! * (1 - rate * decay) - rate * direction;
    }
    const found = downloadF32(device, state.parameters);
    const worst = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
    assert.ok(worst < 1e-5, `step ${step} is off by ${worst}`);
    // The step itself would not tell a gradient of another scale.
    for (const [tensor, moment] of [
      [state.firstMoment, m],
      [state.secondMoment, v],
    ] as const) {
      const off = Math.max(...downloadF32(device, tensor).map((value, i) => Math.abs(value - moment[i]!)));
      assert.ok(off < 1e-6, `step ${step}: a moment is off by ${off}`);
    }
  }
});

test('the CPU takes the special implementation of every op', (context) => {
  assert.deepEqual(chooseVariants(cpuDevice(context)), special);
});

async function result(device: ReturnType<typeof cpuDevice>, build: (c: OpContext) => Tensor): Promise<Float32Array> {
  using memory = new GraphMemory(device);
  using graph = new Graph(device, 64);
  const output = graph.output(build({ graph, variants: special }));
  graph.allocate(memory);
  await graph.compute();
  return downloadF32(device, output);
}
