/**
 * Our kernels, tried against ggml's own ops on small random numbers before anything is trusted to them: a compiler, a
 * processor or another ggml than the one they were made for may make them wrong, and a wrong gradient raises no error.
 */
import { type Kernels, loadKernels } from '../ffi/kernels.ts';
import type { Ggml } from '../ffi/library.ts';
import { quantise } from '../formats/codecs.ts';
import { Arena, downloadF32, upload } from '../ggml/arena.ts';
import { Device } from '../ggml/device.ts';
import { Graph, GraphMemory } from '../ggml/graph.ts';
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import { tensorTypes, type WeightType } from '../ggml/types.ts';
import { attentionBackward, attentionForward } from './attention.ts';
import { chooseVariants, type OpContext } from './context.ts';
import { linearBackward, linearForward } from './linear.ts';
import { rmsNormBackward, rmsNormForward } from './rmsNorm.ts';
import { swigluBackward, swigluForward } from './swiglu.ts';

/** Of the distance to ggml's result, relative to its size: products in 8 bits are off by 2 %, a wrong one by 100 %. */
const allowed = 0.1;
/** No multiple of any tile or panel; 64 inputs are two blocks of Q8_0. */
const size = { inputs: 64, outputs: 44, tokens: 19, heads: 4, keyHeads: 2, rank: 3 } as const;

/** The best kernels for this machine that give the right results, or null. `TATARA_KERNELS` names others, or `none`. */
export async function trustedKernels(ggml: Ggml): Promise<Kernels | null> {
  const kernels = loadKernels(process.env.TATARA_KERNELS);
  return kernels && (await agree(ggml, kernels)) ? kernels : null;
}

/** Whether a set gives what ggml's own ops give. */
export async function agree(ggml: Ggml, kernels: Kernels): Promise<boolean> {
  if (!layoutFits(ggml, kernels)) return false;
  const [ours, theirs] = [await results(ggml, kernels), await results(ggml, null)];
  return ours.every((values, i) => distance(values, theirs[i]!) < allowed);
}

/** The kernels read ggml's tensors by the places of their fields; a tensor that was just made shows whether they fit. */
function layoutFits(ggml: Ggml, kernels: Kernels): boolean {
  const context = ggml.init({ mem_size: Number(ggml.tensorOverhead()) * 4, mem_buffer: null, no_alloc: true });
  const { id } = tensorTypes.F32;
  const a = ggml.newTensor(context, id, 5, 3, 2, 1);
  const b = ggml.newTensor(context, id, 5, 3, 2, 1);
  const sum = ggml.add(context, a, b);
  const fits = kernels.checkLayout(sum, id, 5, 3, 2, 1, a, b) === 1;
  ggml.free(context);
  return fits;
}

async function results(ggml: Ggml, kernels: Kernels | null): Promise<Float32Array[]> {
  using device = new Device(ggml, 'CPU', 1, kernels);
  using arena = new Arena(device, 16);
  const { inputs, outputs, tokens, heads, keyHeads, rank } = size;
  const width = inputs / heads;
  const weight = (type: WeightType) => ({ type, tensor: arena.declare(type, shapeOf(inputs, outputs)) });
  const weights = [weight('F32'), weight('Q8_0'), weight('BF16')];
  const pair = { a: arena.declare('F32', shapeOf(inputs, rank)), b: arena.declare('F32', shapeOf(outputs, rank)) };
  const norm = arena.declare('F32', shapeOf(inputs));
  arena.allocate(0);
  for (const { type, tensor } of weights) upload(device, tensor, quantise(type, numbers(inputs * outputs, 1)));
  upload(device, pair.a, numbers(inputs * rank, 2));
  upload(device, pair.b, numbers(outputs * rank, 3));
  upload(device, norm, numbers(inputs, 4));
  using memory = new GraphMemory(device);
  using g = new Graph(device, 512);
  const c: OpContext = { graph: g, variants: chooseVariants(device) };
  const leaves: { tensor: Tensor; data: Float32Array | Int32Array }[] = [];
  const leaf = (...shape: [number, number?, number?]) => {
    const tensor = g.input('F32', shapeOf(...shape));
    leaves.push({
      tensor,
      data: numbers(
        tensor.shape.reduce((a, b) => a * b),
        leaves.length + 5,
      ),
    });
    return tensor;
  };
  const [x, dy] = [leaf(inputs, tokens), leaf(outputs, tokens)];
  const outputsOf: Tensor[] = [];
  for (const { tensor } of weights) {
    const linear = {
      ...{ weight: tensor, transposed: null, bias: null, gradient: null },
      lora: { ...pair, gradient: null, scale: 0.5 },
    };
    const { y, tape } = linearForward(c, linear, x, null);
    outputsOf.push(y, linearBackward(c, linear, dy, tape, true)!);
  }
  const dx = leaf(inputs, tokens);
  outputsOf.push(rmsNormForward(c, x, norm, 1e-5), rmsNormBackward(c, dx, x, norm, 1e-5), swigluForward(c, x, dx));
  const { dgate, dup } = swigluBackward(c, leaf(inputs, tokens), x, dx);
  outputsOf.push(dgate, dup);
  const mask = g.input('F32', shapeOf(tokens, tokens));
  const positions = g.input('I32', shapeOf(tokens));
  const visible = Float32Array.from({ length: tokens * tokens }, (_, i) =>
    i % tokens <= Math.floor(i / tokens) ? 0 : Number.NEGATIVE_INFINITY,
  );
  const where = { lanes: 1, laneLength: tokens, scale: 1 / Math.sqrt(width) };
  const [q, k, v] = [leaf(width, heads, tokens), leaf(width, keyHeads, tokens), leaf(width, keyHeads, tokens)];
  const { out, tape } = attentionForward(c, q, k, v, { mask, positions }, where);
  const { dq, dk, dv } = attentionBackward(c, dx, tape, where);
  for (const tensor of [...outputsOf, out, dq, dk, dv]) g.output(g.contiguous(tensor));
  g.allocate(memory);
  for (const { tensor, data } of leaves) upload(device, tensor, data);
  if (kernels)
    upload(
      device,
      positions,
      Int32Array.from({ length: tokens }, (_, i) => i),
    );
  else upload(device, mask, visible);
  await g.compute();
  return [...outputsOf, out, dq, dk, dv].map((tensor) => downloadF32(device, tensor));
}

/** Numbers between -1 and 1 that repeat nowhere near. */
function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233));
}

function distance(a: Float32Array, b: Float32Array): number {
  let [apart, whole] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += (a[i]! - b[i]!) ** 2;
    whole += b[i]! ** 2;
  }
  // No number at all is as far as can be.
  return Number.isFinite(apart) ? Math.sqrt(apart / whole) : Number.POSITIVE_INFINITY;
}
