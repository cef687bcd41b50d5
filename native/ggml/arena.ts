import { EngineError, failure } from '../contract/engineError.ts';
import type { Handle } from '../ffi/library.ts';
import type { Device } from './device.ts';
import { contiguousStrides, type Shape, sizeOf, type Tensor } from './tensor.ts';
import { bytesOf, type TensorType, tensorTypes } from './types.ts';

/** Tensors that stay: weights, adapters, optimizer state. Declare them all, then `allocate` once. */
export class Arena implements Disposable {
  readonly device: Device;
  readonly #context: Handle;
  #buffer: Handle | null = null;
  #declared = 0;
  #freed = false;

  constructor(device: Device, capacity: number) {
    this.device = device;
    const { ggml } = device;
    this.#context = ggml.init({
      mem_size: Number(ggml.tensorOverhead()) * (capacity + 1),
      mem_buffer: null,
      no_alloc: true,
    });
  }

  declare(type: TensorType, shape: Shape): Tensor {
    const handle = this.device.ggml.newTensor(this.#context, tensorTypes[type].id, ...shape);
    this.#declared += 1;
    return { handle, type, shape, strides: contiguousStrides(type, shape) };
  }

  /** Contents are undefined until they are written. @throws EngineError `out_of_memory` */
  allocate(expectedBytes: number): void {
    // ggml gives no buffer for nothing, which must not be taken for want of memory.
    if (this.#declared === 0) return;
    const { ggml } = this.device;
    this.#buffer = ggml.backendAllocTensors(this.#context, this.device.backend);
    if (!this.#buffer) throw new EngineError('out_of_memory', { bytes: expectedBytes });
  }

  /** A contiguous part of a tensor of this arena, from `first` elements on; only after `allocate`. */
  view(parent: Tensor, shape: Shape, first: number): Tensor {
    const { ggml } = this.device;
    const strides = contiguousStrides(parent.type, shape);
    const [, nb1, nb2, nb3] = strides;
    const handle = ggml.view(this.#context, parent.handle, ...shape, nb1, nb2, nb3, bytesOf(parent.type, first));
    if (ggml.viewInit(handle) !== 0) {
      throw failure('engine_bug', {}, { en: 'a view could not be set up', ja: 'ビューを準備できませんでした' });
    }
    return { handle, type: parent.type, shape, strides };
  }

  get bytes(): number {
    return this.#buffer ? Number(this.device.ggml.bufferSize(this.#buffer)) : 0;
  }

  clear(): void {
    if (this.#buffer) this.device.ggml.bufferClear(this.#buffer, 0);
  }

  [Symbol.dispose](): void {
    if (this.#freed) return;
    this.#freed = true;
    if (this.#buffer) this.device.ggml.bufferFree(this.#buffer);
    this.device.ggml.free(this.#context);
  }
}

/** Copies into a tensor; `data` is exactly as long as the tensor unless an offset is given. */
export function upload(device: Device, tensor: Tensor, data: NodeJS.ArrayBufferView, offset = 0): void {
  if (offset + data.byteLength > sizeOf(tensor)) throw new RangeError('the data is longer than the tensor');
  device.ggml.tensorSet(tensor.handle, data, offset, data.byteLength);
}

export function downloadBytes(device: Device, tensor: Tensor): Uint8Array {
  const bytes = new Uint8Array(sizeOf(tensor));
  device.ggml.tensorGet(tensor.handle, bytes, 0, bytes.byteLength);
  return bytes;
}

/** A copy of an F32 tensor, flat, shape[0] fastest. */
export function downloadF32(device: Device, tensor: Tensor): Float32Array {
  if (tensor.type !== 'F32') throw new TypeError(`cannot read ${tensor.type} as F32`);
  return new Float32Array(downloadBytes(device, tensor).buffer);
}
