/**
 * Compares what an op's backward pass gives with differences of its forward pass.
 *
 * The gradient of L = sum(r * y), r random, is taken in random directions d of +-1: the backward pass says g . d, and the
 * fourth-order central difference (-L(2h) + 8 L(h) - 8 L(-h) + L(-2h)) / 12 h measures it. A gradient that is wrong by a
 * relative error e (of its L2 norm) is off by about e |g| in such a direction, so errors are told relative to |g|.
 * Results are computed in F32 and summed in F64.
 *
 * Where weights are stored in fewer bits, the products round what they multiply to those bits too, so their forward
 * pass is a staircase that has no derivative. What is differenced then is the F32 function of the same, dequantised,
 * weights; what is compared with it is the gradient as the engine computes it on the stored ones.
 */
import { dequantise, quantise } from '../../native/formats/codecs.ts';
import { Arena, downloadF32, upload } from '../../native/ggml/arena.ts';
import type { Device } from '../../native/ggml/device.ts';
import { Graph, GraphMemory } from '../../native/ggml/graph.ts';
import { type Shape, shapeOf, type Tensor } from '../../native/ggml/tensor.ts';
import { Transposer, transposedType } from '../../native/ggml/transposer.ts';
import type { WeightType } from '../../native/ggml/types.ts';
import type { OpContext, OpVariants } from '../../native/ops/context.ts';
import { type Random, random } from '../../native/train/random.ts';

/** A tensor in which the op is differentiated. */
export interface Variable {
  readonly shape: readonly number[];
  /** F32 where left out. */
  readonly type?: WeightType;
  /** Standard deviation of its random values; 1 where left out. */
  readonly spread?: number;
  /** Instead of 0. */
  readonly mean?: number;
  /** With a second copy, laid out [out, in], as the engine keeps them for the backward pass. */
  readonly transposedCopy?: boolean;
  /** It has no gradient: weights that are not trained. */
  readonly frozen?: boolean;
}

export interface OpTrial {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Int32Array | Float32Array }>
  >;
  /** r of the objective, where the backward pass starts from a loss of its own; random where left out. */
  readonly objective?: Float32Array;
  /** Gradients that the op adds up itself, each for the variable of its name and in that variable's shape. */
  readonly accumulated?: readonly string[];
  /**
   * Builds the forward pass and says how to build the backward pass, which gives the gradients that are not accumulated.
   */
  readonly build: (
    c: OpContext,
    t: OpTensors,
  ) => { readonly y: Tensor; readonly backward: (dy: Tensor) => Readonly<Record<string, Tensor>> };
}

export interface OpTensors {
  readonly of: (name: string) => Tensor;
  readonly transposed: (name: string) => Tensor | null;
  readonly accumulator: (name: string) => Tensor;
}

const directions = 3;

/** The worst error of each variable's gradient, relative to the gradient's L2 norm. */
export async function gradientErrors(
  device: Device,
  variants: OpVariants,
  trial: OpTrial,
  seed: number,
): Promise<Record<string, number>> {
  const draw = random(seed);
  using arena = new Arena(device, 64);
  const variables = Object.entries(trial.variables).map(([name, variable]) => {
    const type = variable.type ?? 'F32';
    const stored = quantise(type, normals(draw, count(variable.shape), variable.spread ?? 1, variable.mean ?? 0));
    const shape = toShape(variable.shape);
    return {
      ...{ name, type, stored, shape, values: dequantise(type, stored) },
      tensor: arena.declare(type, shape),
      smooth: type === 'F32' ? null : arena.declare('F32', shape),
      copy: variable.transposedCopy ? arena.declare(transposedType(type, shape[1]), shapeOf(shape[1], shape[0])) : null,
    };
  });
  const constants = Object.entries(trial.constants ?? {}).map(([name, { shape, data }]) => {
    return { name, data, tensor: arena.declare(data instanceof Int32Array ? 'I32' : 'F32', toShape(shape)) };
  });
  const accumulators = (trial.accumulated ?? []).map((name) => {
    const { shape } = variables.find((variable) => variable.name === name)!;
    const before = normals(draw, count(shape), 1, 0);
    return { name, before, tensor: arena.declare('F32', shape) };
  });
  arena.allocate(0);
  using transposer = new Transposer(device);
  for (const { stored, values, tensor, smooth, copy, shape, type } of variables) {
    upload(device, tensor, stored);
    if (smooth) upload(device, smooth, values);
    if (copy) await transposer.put(device, copy, stored, type, shape[1], 0);
  }
  for (const { data, tensor } of constants) upload(device, tensor, data);
  for (const { before, tensor } of accumulators) upload(device, tensor, before);
  const tensors = (rounded: boolean): OpTensors => ({
    of: (name) => {
      const variable = variables.find((candidate) => candidate.name === name);
      if (variable) return rounded ? variable.tensor : (variable.smooth ?? variable.tensor);
      return constants.find((candidate) => candidate.name === name)!.tensor;
    },
    transposed: (name) => (rounded ? (variables.find((candidate) => candidate.name === name)?.copy ?? null) : null),
    accumulator: (name) => accumulators.find((candidate) => candidate.name === name)!.tensor,
  });

  using forwardMemory = new GraphMemory(device);
  using forward = new Graph(device, 512);
  const output = forward.output(trial.build({ graph: forward, variants }, tensors(false)).y);
  forward.allocate(forwardMemory);
  const weights = trial.objective ?? normals(draw, count(output.shape), 1, 0);
  const objective = async () => {
    await forward.compute();
    return dot(downloadF32(device, output), weights);
  };

  using backwardMemory = new GraphMemory(device);
  using backward = new Graph(device, 512);
  const { y, backward: build } = trial.build({ graph: backward, variants }, tensors(true));
  const dy = trial.objective ? null : backward.input('F32', y.shape);
  const made = build(dy ?? y);
  for (const gradient of Object.values(made)) backward.output(gradient);
  backward.allocate(backwardMemory);
  if (dy) upload(device, dy, weights);
  await backward.compute();

  const errors: Record<string, number> = {};
  for (const { name, values, tensor, smooth } of variables) {
    if (trial.variables[name]!.frozen) continue;
    const accumulator = accumulators.find((candidate) => candidate.name === name);
    const gradient = accumulator
      ? downloadF32(device, accumulator.tensor).map((value, i) => value - accumulator.before[i]!)
      : made[name]
        ? downloadF32(device, made[name])
        : null;
    if (!gradient) throw new Error(`the trial gives no gradient of ${name}`);
    const norm = Math.sqrt(dot(gradient, gradient));
    if (!(norm > 0)) throw new Error(`the gradient of ${name} is ${norm}`);
    const moved = smooth ?? tensor;
    const h = (trial.variables[name]!.spread ?? 1) / 32;
    let worst = 0;
    for (let i = 0; i < directions; i++) {
      const direction = Float32Array.from(values, () => (draw() < 0.5 ? -1 : 1));
      let difference = 0;
      for (const [steps, weight] of stencil) {
        upload(
          device,
          moved,
          values.map((value, place) => value + steps * h * direction[place]!),
        );
        difference += (weight * (await objective())) / h;
      }
      worst = Math.max(worst, Math.abs(difference - dot(gradient, direction)) / norm);
    }
    upload(device, moved, values);
    errors[name] = worst;
  }
  return errors;
}

/** Of the fourth-order central difference. */
export const stencil = [
  [2, -1 / 12],
  [1, 8 / 12],
  [-1, -8 / 12],
  [-2, 1 / 12],
] as const;

export function normals(draw: Random, length: number, spread: number, mean: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length },
    () => mean + spread * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
  );
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function toShape(shape: readonly number[]): Shape {
  return shapeOf(shape[0]!, shape[1], shape[2], shape[3]);
}
