import type { DecoderKind } from './decoderKind.ts';

/** Qwen2 and Qwen2.5 (arXiv 2412.15115): biases on q, k and v, rotation by halves. */
export const qwen2: DecoderKind = { name: 'qwen2', ropeMode: 2 };
