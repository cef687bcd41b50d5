import { EngineError, failure } from '../contract/engineError.ts';
import type { KernelOp } from '../ffi/kernels.ts';
import type { Handle } from '../ffi/library.ts';
import type { Device } from './device.ts';
import { contiguousStrides, isContiguous, type Shape, shapeOf, sizeOf, type Tensor } from './tensor.ts';
import { bytesOf, type TensorType, tensorTypes } from './types.ts';

/** Rotary position embedding as ggml computes it. */
export interface RopeSettings {
  readonly dimensions: number;
  /** 0: neighbouring pairs (llama); 2: halves (NeoX, qwen2). */
  readonly mode: 0 | 2;
  readonly originalContext: number;
  readonly base: number;
  readonly scale: number;
  readonly extrapolation: number;
  readonly attentionFactor: number;
  readonly betaFast: number;
  readonly betaSlow: number;
}

/** Memory for the intermediates of one graph after another; grows to the largest. */
export class GraphMemory implements Disposable {
  readonly device: Device;
  readonly allocator: Handle;
  #freed = false;

  constructor(device: Device) {
    this.device = device;
    this.allocator = device.ggml.gallocrNew(device.ggml.backendDefaultBufferType(device.backend));
  }

  get bytes(): number {
    return Number(this.device.ggml.gallocrBufferSize(this.allocator, 0));
  }

  [Symbol.dispose](): void {
    if (this.#freed) return;
    this.#freed = true;
    this.device.ggml.gallocrFree(this.allocator);
  }
}

/**
 * One computation. Every op is appended when it is made, so the order of execution is the order of the calls: an op
 * that writes in place is safe exactly when it is called after everything that must read the old value.
 */
export class Graph implements Disposable {
  readonly device: Device;
  readonly #context: Handle;
  readonly #graph: Handle;
  /** Arguments of our own kernels, which live as long as the graph. */
  readonly #arguments: Handle[] = [];
  #freed = false;

  constructor(device: Device, capacity: number) {
    this.device = device;
    const { ggml } = device;
    const bytes = Number(ggml.tensorOverhead()) * capacity * 2 + Number(ggml.graphOverhead(capacity, false));
    this.#context = ggml.init({ mem_size: bytes, mem_buffer: null, no_alloc: true });
    if (!this.#context) throw new EngineError('out_of_memory', { bytes });
    this.#graph = ggml.newGraph(this.#context, capacity, false);
  }

  get nodes(): number {
    return this.device.ggml.graphNodes(this.#graph);
  }

  /** @throws EngineError `out_of_memory` where the intermediates do not fit. */
  allocate(memory: GraphMemory): void {
    if (!this.device.ggml.gallocrAllocGraph(memory.allocator, this.#graph)) {
      throw new EngineError('out_of_memory', { bytes: memory.bytes });
    }
  }

  async compute(): Promise<void> {
    const status = await this.device.ggml.graphComputeAsync(this.device.backend, this.#graph);
    if (status !== 0) {
      const reason = {
        en: `ggml's graph ended with status ${status}`,
        ja: `ggml のグラフが状態 ${status} で終わりました`,
      };
      throw failure('engine_bug', {}, reason);
    }
  }

  [Symbol.dispose](): void {
    if (this.#freed) return;
    this.#freed = true;
    this.device.ggml.free(this.#context);
    for (const one of this.#arguments) this.device.kernels?.free(one);
  }

  /** A leaf to be uploaded after `allocate`. */
  input(type: TensorType, shape: Shape): Tensor {
    const handle = this.device.ggml.newTensor(this.#context, tensorTypes[type].id, ...shape);
    this.device.ggml.setInput(handle);
    return { handle, type, shape, strides: contiguousStrides(type, shape) };
  }

  /** Keeps a result until the graph has ended, to be downloaded. */
  output(tensor: Tensor): Tensor {
    this.device.ggml.setOutput(tensor.handle);
    return tensor;
  }

  /** Whether the device computes this node itself. Asked on a graph that is thrown away. */
  supports(tensor: Tensor): boolean {
    return this.device.ggml.backendSupportsOp(this.device.backend, tensor.handle);
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.add(this.#context, a.handle, b.handle), 'F32', a.shape);
  }

  /** a += b, in a's own memory. */
  addInplace(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.addInplace(this.#context, a.handle, b.handle), a.type, a.shape, a.strides);
  }

  /** b is broadcast to a. */
  mul(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.mul(this.#context, a.handle, b.handle), 'F32', a.shape);
  }

  mulInplace(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.mulInplace(this.#context, a.handle, b.handle), a.type, a.shape, a.strides);
  }

  sub(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.sub(this.#context, a.handle, b.handle), 'F32', a.shape);
  }

  div(a: Tensor, b: Tensor): Tensor {
    return this.#node(this.device.ggml.div(this.#context, a.handle, b.handle), 'F32', a.shape);
  }

  sqr(a: Tensor): Tensor {
    return this.#node(this.device.ggml.sqr(this.#context, a.handle), 'F32', a.shape);
  }

  sqrt(a: Tensor): Tensor {
    return this.#node(this.device.ggml.sqrt(this.#context, a.handle), 'F32', a.shape);
  }

  log(a: Tensor): Tensor {
    return this.#node(this.device.ggml.log(this.#context, a.handle), 'F32', a.shape);
  }

  /** Sum of all elements, [1]. */
  sum(a: Tensor): Tensor {
    return this.#node(this.device.ggml.sum(this.#context, a.handle), 'F32', shapeOf(1));
  }

  /** Sum over dimension 0: [1, ne1, ne2, ne3]. */
  sumRows(a: Tensor): Tensor {
    const [, ne1, ne2, ne3] = a.shape;
    return this.#node(this.device.ggml.sumRows(this.#context, a.handle), 'F32', [1, ne1, ne2, ne3]);
  }

  /** Mean over dimension 0: [1, ne1, ne2, ne3]. */
  mean(a: Tensor): Tensor {
    const [, ne1, ne2, ne3] = a.shape;
    return this.#node(this.device.ggml.mean(this.#context, a.handle), 'F32', [1, ne1, ne2, ne3]);
  }

  scale(a: Tensor, factor: number): Tensor {
    return this.#node(this.device.ggml.scale(this.#context, a.handle, factor), 'F32', a.shape);
  }

  scaleBias(a: Tensor, factor: number, bias: number): Tensor {
    return this.#node(this.device.ggml.scaleBias(this.#context, a.handle, factor, bias), 'F32', a.shape);
  }

  /** A new tensor of a shape, every element the same. */
  filled(shape: Shape, value: number): Tensor {
    const empty = this.device.ggml.newTensor(this.#context, tensorTypes.F32.id, ...shape);
    return this.#node(this.device.ggml.fill(this.#context, empty, value), 'F32', shape);
  }

  cast(a: Tensor, type: TensorType): Tensor {
    return this.#node(this.device.ggml.cast(this.#context, a.handle, tensorTypes[type].id), type, a.shape);
  }

  cont(a: Tensor): Tensor {
    return this.#node(this.device.ggml.cont(this.#context, a.handle), a.type, a.shape);
  }

  contiguous(a: Tensor): Tensor {
    return isContiguous(a) ? a : this.cont(a);
  }

  /** A view with dimensions 0 and 1 swapped. */
  transpose(a: Tensor): Tensor {
    return this.permute(a, 1, 0, 2, 3);
  }

  /** A view in which dimension i of `a` has become dimension axes[i]. */
  permute(a: Tensor, ...axes: readonly [number, number, number, number]): Tensor {
    const shape: [number, number, number, number] = [1, 1, 1, 1];
    const strides: [number, number, number, number] = [0, 0, 0, 0];
    axes.forEach((axis, i) => {
      shape[axis] = a.shape[i]!;
      strides[axis] = a.strides[i]!;
    });
    return this.#node(this.device.ggml.permute(this.#context, a.handle, ...axes), a.type, shape, strides);
  }

  /** `a` is contiguous. */
  reshape(a: Tensor, ne0: number, ne1 = 1, ne2 = 1, ne3 = 1): Tensor {
    const shape = shapeOf(ne0, ne1, ne2, ne3);
    return this.#node(this.device.ggml.reshape(this.#context, a.handle, ...shape), a.type, shape);
  }

  /** A contiguous part of a contiguous tensor, from `first` elements on. */
  slice(a: Tensor, shape: Shape, first: number): Tensor {
    const strides = contiguousStrides(a.type, shape);
    const handle = this.device.ggml.view(
      this.#context,
      a.handle,
      ...shape,
      strides[1],
      strides[2],
      strides[3],
      bytesOf(a.type, first),
    );
    return this.#node(handle, a.type, shape, strides);
  }

  /** a [k, m], b [k, n] -> [m, n]: b times a transposed, in ggml's order. Dimensions 2 and 3 of `a` are broadcast to b's. */
  mulMat(a: Tensor, b: Tensor): Tensor {
    const shape: Shape = [a.shape[1], b.shape[1], b.shape[2], b.shape[3]];
    const handle = this.device.ggml.mulMat(this.#context, a.handle, b.handle);
    // On a GPU, products with F16 weights would be summed in F16 by default; training needs F32 sums.
    if (this.device.facts.kind !== 'cpu') this.device.ggml.mulMatSetPrecision(handle, 10);
    return this.#node(handle, 'F32', shape);
  }

  /** a [m, k], b [n, k] -> [m, n], summed over k. */
  outProd(a: Tensor, b: Tensor): Tensor {
    const shape: Shape = [a.shape[0], b.shape[0], b.shape[2], b.shape[3]];
    return this.#node(this.device.ggml.outProd(this.#context, a.handle, b.handle), 'F32', shape);
  }

  /** Rows of a [ne0, rows, ne2] by index [n, ne2] -> [ne0, n, ne2], F32. */
  getRows(a: Tensor, rows: Tensor): Tensor {
    const shape: Shape = [a.shape[0], rows.shape[0], rows.shape[1], rows.shape[2]];
    return this.#node(this.device.ggml.getRows(this.#context, a.handle, rows.handle), 'F32', shape);
  }

  /** Writes the rows of b into a, in a's own memory, and gives a. */
  setRows(a: Tensor, b: Tensor, rows: Tensor): Tensor {
    const handle = this.device.ggml.setRows(this.#context, a.handle, b.handle, rows.handle);
    return this.#node(handle, a.type, a.shape, a.strides);
  }

  /** The gradient of getRows for its table: rows of dy are added up where they came from. */
  getRowsBack(dy: Tensor, rows: Tensor, table: Tensor): Tensor {
    return this.#node(
      this.device.ggml.getRowsBack(this.#context, dy.handle, rows.handle, table.handle),
      'F32',
      table.shape,
    );
  }

  rmsNorm(a: Tensor, epsilon: number): Tensor {
    return this.#node(this.device.ggml.rmsNorm(this.#context, a.handle, epsilon), 'F32', a.shape);
  }

  rmsNormBack(dy: Tensor, x: Tensor, epsilon: number): Tensor {
    return this.#node(this.device.ggml.rmsNormBack(this.#context, dy.handle, x.handle, epsilon), 'F32', x.shape);
  }

  silu(a: Tensor): Tensor {
    return this.#node(this.device.ggml.silu(this.#context, a.handle), 'F32', a.shape);
  }

  sigmoid(a: Tensor): Tensor {
    return this.#node(this.device.ggml.sigmoid(this.#context, a.handle), 'F32', a.shape);
  }

  siluBack(dy: Tensor, x: Tensor): Tensor {
    return this.#node(this.device.ggml.siluBack(this.#context, dy.handle, x.handle), 'F32', x.shape);
  }

  /** silu(gate) * up. */
  swiglu(gate: Tensor, up: Tensor): Tensor {
    return this.#node(this.device.ggml.swigluSplit(this.#context, gate.handle, up.handle), 'F32', gate.shape);
  }

  /** softmax(scale * a + mask) over dimension 0; the mask is broadcast over dimensions 2 and 3. */
  softMax(a: Tensor, mask: Tensor | null, scale: number): Tensor {
    const handle = this.device.ggml.softMax(this.#context, a.handle, mask?.handle ?? null, scale, 0);
    return this.#node(handle, 'F32', a.shape);
  }

  softMaxBack(dy: Tensor, y: Tensor, scale: number): Tensor {
    return this.#node(this.device.ggml.softMaxBack(this.#context, dy.handle, y.handle, scale, 0), 'F32', y.shape);
  }

  /** x [head, heads, tokens]; positions I32 [tokens]; frequency factors F32 [dimensions / 2] or null. */
  rope(x: Tensor, positions: Tensor, factors: Tensor | null, settings: RopeSettings): Tensor {
    return this.#rope(this.device.ggml.rope, x, positions, factors, settings);
  }

  ropeBack(dy: Tensor, positions: Tensor, factors: Tensor | null, settings: RopeSettings): Tensor {
    return this.#rope(this.device.ggml.ropeBack, dy, positions, factors, settings);
  }

  /** A kernel of our own. `args` are those of the op, made for this call; the graph frees them. */
  kernel(op: KernelOp, args: Handle, sources: readonly Tensor[], type: TensorType, shape: Shape): Tensor {
    const { custom } = this.device.ggml;
    const list = this.#sources(sources);
    const fun = this.device.kernels!.address(op);
    const id = tensorTypes[type].id;
    return this.#node(custom(this.#context, id, ...shape, list, sources.length, fun, -1, args), type, shape);
  }

  /** The same, written over `a`. */
  kernelInplace(op: KernelOp, args: Handle, a: Tensor, sources: readonly Tensor[]): Tensor {
    const { customInplace } = this.device.ggml;
    const list = this.#sources(sources);
    const fun = this.device.kernels!.address(op);
    const handle = customInplace(this.#context, a.handle, list, sources.length, fun, -1, args);
    return this.#node(handle, a.type, a.shape, a.strides);
  }

  /** Keeps what a kernel is told until the graph is gone. @throws EngineError `out_of_memory` */
  keep(args: Handle | null): Handle {
    if (!args) throw new EngineError('out_of_memory', { bytes: 0 });
    this.#arguments.push(args);
    return args;
  }

  /** Where a tensor that stays has its values; of an arena that is allocated. */
  address(tensor: Tensor): Handle {
    return this.device.ggml.tensorData(tensor.handle);
  }

  #sources(sources: readonly Tensor[]): Uint8Array {
    return new Uint8Array(BigUint64Array.from(sources, (source) => BigInt(source.handle)).buffer);
  }

  /** One AdamW update of `parameters` in place. `settings`: lr, beta1, beta2, epsilon, decay, 1/(1-beta1^t), 1/(1-beta2^t). */
  adamw(parameters: Tensor, gradients: Tensor, m: Tensor, v: Tensor, settings: Tensor): Tensor {
    this.device.ggml.setParam(parameters.handle);
    return this.#node(
      this.device.ggml.optStepAdamw(
        this.#context,
        parameters.handle,
        gradients.handle,
        m.handle,
        v.handle,
        settings.handle,
      ),
      'F32',
      parameters.shape,
      parameters.strides,
    );
  }

  #rope(
    op: (...args: readonly unknown[]) => Handle,
    x: Tensor,
    positions: Tensor,
    factors: Tensor | null,
    settings: RopeSettings,
  ): Tensor {
    const handle = op(
      this.#context,
      x.handle,
      positions.handle,
      factors?.handle ?? null,
      settings.dimensions,
      settings.mode,
      settings.originalContext,
      settings.base,
      settings.scale,
      settings.extrapolation,
      settings.attentionFactor,
      settings.betaFast,
      settings.betaSlow,
    );
    return this.#node(handle, 'F32', x.shape);
  }

  #node(handle: Handle, type: TensorType, shape: Shape, strides = contiguousStrides(type, shape)): Tensor {
    this.device.ggml.buildForwardExpand(this.#graph, handle);
    return { handle, type, shape, strides };
  }
}

/** Copies into an input after `allocate`. */
export function feed(graph: Graph, tensor: Tensor, data: Int32Array | Float32Array): void {
  feedBytes(graph, tensor, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

export function feedBytes(graph: Graph, tensor: Tensor, bytes: Uint8Array): void {
  if (bytes.byteLength !== sizeOf(tensor)) {
    throw new RangeError(`an input of ${sizeOf(tensor)} bytes was fed ${bytes.byteLength}`);
  }
  graph.device.ggml.tensorSet(tensor.handle, bytes, 0, bytes.byteLength);
}
