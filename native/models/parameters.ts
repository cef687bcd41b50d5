import { Arena, upload } from '../ggml/arena.ts';
import type { Device } from '../ggml/device.ts';
import { type Shape, shapeOf, type Tensor } from '../ggml/tensor.ts';
import { roundUp } from './roundUp.ts';

/** A matrix or vector that is trained. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
}

/** Where a parameter lies in the flat tensors. */
export interface ParameterPlace {
  readonly spec: ParameterSpec;
  /** Index of its first value. */
  readonly first: number;
}

/** Rows of the flat tensors: AdamW runs one thread a row, and every parameter starts on a row of its own. */
const rowLength = 1024;

/** By name, in the order of `specs`, and the values of all together, room between them included. */
export function placeParameters(specs: readonly ParameterSpec[]): {
  readonly places: ReadonlyMap<string, ParameterPlace>;
  readonly values: number;
} {
  const places = new Map<string, ParameterPlace>();
  let values = 0;
  for (const spec of specs) {
    places.set(spec.name, { spec, first: values });
    values += roundUp(count(spec.shape), rowLength);
  }
  return { places, values };
}

/**
 * Everything that is trained, in one flat F32 tensor, beside its gradients and AdamW's two moments in the same layout:
 * one op updates them all, and a checkpoint is three copies.
 */
export class Parameters implements Disposable {
  readonly device: Device;
  readonly values: Tensor;
  readonly gradients: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  readonly #arena: Arena;
  readonly #views = new Map<string, Tensor>();
  readonly #places: ReadonlyMap<string, ParameterPlace>;

  constructor(device: Device, specs: readonly ParameterSpec[]) {
    const { places, values } = placeParameters(specs);
    this.#places = places;
    this.device = device;
    this.#arena = new Arena(device, 4 + specs.length * 2);
    const flat = shapeOf(rowLength, values / rowLength);
    this.values = this.#arena.declare('F32', flat);
    this.gradients = this.#arena.declare('F32', flat);
    this.firstMoment = this.#arena.declare('F32', flat);
    this.secondMoment = this.#arena.declare('F32', flat);
    this.#arena.allocate(values * 16);
    this.#arena.clear();
  }

  get specs(): ParameterSpec[] {
    return [...this.#places.values()].map(({ spec }) => spec);
  }

  get total(): number {
    return this.specs.reduce((sum, spec) => sum + count(spec.shape), 0);
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  value(name: string): Tensor {
    return this.#view(this.values, name);
  }

  gradient(name: string): Tensor {
    return this.#view(this.gradients, name);
  }

  set(name: string, data: Float32Array): void {
    const { spec, first } = this.#place(name);
    if (data.length !== count(spec.shape)) throw new RangeError(`${name} has ${count(spec.shape)} elements`);
    upload(this.device, this.values, data, first * 4);
  }

  get(name: string): Float32Array {
    return this.#read(this.values, name);
  }

  getGradient(name: string): Float32Array {
    return this.#read(this.gradients, name);
  }

  zeroGradients(): void {
    const bytes = this.gradients.shape[0] * this.gradients.shape[1] * 4;
    this.device.ggml.tensorMemset(this.gradients.handle, 0, 0, bytes);
  }

  [Symbol.dispose](): void {
    this.#arena[Symbol.dispose]();
  }

  /** A tied table is asked for twice; the arena has room for one view of each. */
  #view(flat: Tensor, name: string): Tensor {
    const key = `${flat === this.values ? 'value' : 'gradient'} ${name}`;
    const { spec, first } = this.#place(name);
    const view = this.#views.get(key) ?? this.#arena.view(flat, spec.shape, first);
    this.#views.set(key, view);
    return view;
  }

  #read(flat: Tensor, name: string): Float32Array {
    const { spec, first } = this.#place(name);
    const values = new Float32Array(count(spec.shape));
    this.device.ggml.tensorGet(flat.handle, values, first * 4, values.byteLength);
    return values;
  }

  #place(name: string) {
    const place = this.#places.get(name);
    if (!place) throw new Error(`there is no parameter ${name}`);
    return place;
  }
}

export function count(shape: Shape): number {
  return shape[0] * shape[1] * shape[2] * shape[3];
}
