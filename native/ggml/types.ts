import { supportedTensorTypes } from '../contract/support.ts';

/** The tensor types that the engine computes with. The numbers are ggml's and fixed by the GGUF format. */
export const tensorTypes = {
  F32: { id: 0, blockSize: 1, blockBytes: 4 },
  F16: { id: 1, blockSize: 1, blockBytes: 2 },
  Q4_0: { id: 2, blockSize: 32, blockBytes: 18 },
  Q8_0: { id: 8, blockSize: 32, blockBytes: 34 },
  Q4_K: { id: 12, blockSize: 256, blockBytes: 144 },
  Q5_K: { id: 13, blockSize: 256, blockBytes: 176 },
  Q6_K: { id: 14, blockSize: 256, blockBytes: 210 },
  I8: { id: 24, blockSize: 1, blockBytes: 1 },
  I32: { id: 26, blockSize: 1, blockBytes: 4 },
  BF16: { id: 30, blockSize: 1, blockBytes: 2 },
} as const;

export type TensorType = keyof typeof tensorTypes;

/** Types that a base model's tensors may have. */
export const weightTypes = supportedTensorTypes satisfies readonly TensorType[];
export type WeightType = (typeof weightTypes)[number];

/** Bytes of `elements` consecutive values; `elements` is a multiple of the type's block. */
export function bytesOf(type: TensorType, elements: number): number {
  const { blockSize, blockBytes } = tensorTypes[type];
  return (elements / blockSize) * blockBytes;
}
