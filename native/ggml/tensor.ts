import type { Handle } from '../ffi/library.ts';
import { bytesOf, type TensorType } from './types.ts';

/** ggml's order: shape[0] is the fastest. Always four numbers. */
export type Shape = readonly [number, number, number, number];

/** A node or a leaf. It lives as long as the arena or graph that made it. */
export interface Tensor {
  readonly handle: Handle;
  readonly type: TensorType;
  readonly shape: Shape;
  /** Bytes between neighbours of each dimension. */
  readonly strides: Shape;
}

export function shapeOf(ne0: number, ne1 = 1, ne2 = 1, ne3 = 1): Shape {
  return [ne0, ne1, ne2, ne3];
}

export function contiguousStrides(type: TensorType, shape: Shape): Shape {
  const row = bytesOf(type, shape[0]);
  return [bytesOf(type, 1), row, row * shape[1], row * shape[1] * shape[2]];
}

export function elementsOf(tensor: Tensor): number {
  return tensor.shape[0] * tensor.shape[1] * tensor.shape[2] * tensor.shape[3];
}

export function sizeOf(tensor: Tensor): number {
  return bytesOf(tensor.type, elementsOf(tensor));
}

export function isContiguous(tensor: Tensor): boolean {
  const expected = contiguousStrides(tensor.type, tensor.shape);
  return tensor.shape.every((extent, i) => extent === 1 || tensor.strides[i] === expected[i]);
}
