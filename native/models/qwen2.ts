import type { Architecture } from './architecture.ts';

/** Qwen2 and Qwen2.5 (arXiv 2412.15115): biases on q, k and v, rotation by halves. */
export const qwen2: Architecture = { name: 'qwen2', ropeMode: 2 };
