/** Gated unit (Shazeer 2020, arXiv 2002.05202): h = silu(gate) * up. Letters: F hidden width, T tokens. */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/** gate, up [F, T] -> [F, T]. */
export function swigluForward({ graph: g }: OpContext, gate: Tensor, up: Tensor): Tensor {
  return g.swiglu(gate, up);
}

/** dh [F, T] -> dgate, dup [F, T]. */
export function swigluBackward(
  { graph: g, variants }: OpContext,
  dh: Tensor,
  gate: Tensor,
  up: Tensor,
): { readonly dgate: Tensor; readonly dup: Tensor } {
  const silu = g.silu(gate);
  const dup = g.mul(dh, silu);
  const dsilu = g.mul(dh, up);
  if (variants.swigluBackward === 'silu_back') return { dgate: g.siluBack(dsilu, gate), dup };
  // silu'(x) = s + silu(x) * (1 - s), s = sigmoid(x).
  const sigmoid = g.sigmoid(gate);
  const slope = g.add(sigmoid, g.mul(silu, g.scaleBias(sigmoid, -1, 1)));
  return { dgate: g.mul(dsilu, slope), dup };
}
