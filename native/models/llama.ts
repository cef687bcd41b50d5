import type { DecoderKind } from './decoderKind.ts';

/** Llama (Touvron et al. 2023, arXiv 2302.13971) as GGUF has it: q and k are permuted for neighbouring pairs. */
export const llama: DecoderKind = { name: 'llama', ropeMode: 0 };
