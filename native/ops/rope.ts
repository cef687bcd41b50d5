/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864). A rotation, so its backward is the rotation back.
 * Letters: d head width, H heads, T tokens.
 */
import type { RopeSettings } from '../ggml/graph.ts';
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

export interface RopeInputs {
  /** I32 [T], each token's place in its own row. */
  readonly positions: Tensor;
  /** F32 [d / 2], divisors of the frequencies (`rope_freqs.weight`), or null. */
  readonly factors: Tensor | null;
  readonly settings: RopeSettings;
  /** I32 [T], the positions negated; only where the variant asks for it. */
  readonly negated: Tensor | null;
}

/** x [d, H, T] -> [d, H, T]. */
export function ropeForward({ graph: g }: OpContext, x: Tensor, rope: RopeInputs): Tensor {
  return g.rope(x, rope.positions, rope.factors, rope.settings);
}

/** dy [d, H, T] -> dx [d, H, T]. */
export function ropeBackward({ graph: g, variants }: OpContext, dy: Tensor, rope: RopeInputs): Tensor {
  if (variants.ropeBackward === 'rope_back') return g.ropeBack(dy, rope.positions, rope.factors, rope.settings);
  if (!rope.negated) throw new Error('this variant needs the negated positions');
  return g.rope(dy, rope.negated, rope.factors, rope.settings);
}
