import type { Architecture } from './architecture.ts';

/** Llama (Touvron et al. 2023, arXiv 2302.13971) as GGUF has it: q and k are permuted for neighbouring pairs. */
export const llama: Architecture = { name: 'llama', ropeMode: 0 };
