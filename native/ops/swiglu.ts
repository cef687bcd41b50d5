/** Gated unit (Shazeer 2020, arXiv 2002.05202): h = silu(gate) * up. Letters: F hidden width, T tokens. */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/** gate, up [F, T] -> [F, T]. */
export function swigluForward({ graph: g, variants }: OpContext, gate: Tensor, up: Tensor): Tensor {
  if (variants.rows === 'kernel') return g.kernel('swiglu', g.device.kernels!.handle, [gate, up], 'F32', gate.shape);
  return g.swiglu(gate, up);
}

/** dh [F, T] -> dgate, dup [F, T]. */
export function swigluBackward(
  { graph: g, variants }: OpContext,
  dh: Tensor,
  gate: Tensor,
  up: Tensor,
): { readonly dgate: Tensor; readonly dup: Tensor } {
  if (variants.rows === 'kernel') {
    const size = gate.shape[0] * gate.shape[1];
    const both = g.kernel('swigluBackward', g.device.kernels!.handle, [dh, gate, up], 'F32', [2 * size, 1, 1, 1]);
    return { dgate: g.slice(both, gate.shape, 0), dup: g.slice(both, gate.shape, size) };
  }
  const silu = g.silu(gate);
  const dup = g.mul(dh, silu);
  const dsilu = g.mul(dh, up);
  if (variants.swigluBackward === 'silu_back') return { dgate: g.siluBack(dsilu, gate), dup };
  // silu'(x) = s + silu(x) * (1 - s), s = sigmoid(x).
  const sigmoid = g.sigmoid(gate);
  const slope = g.add(sigmoid, g.mul(silu, g.scaleBias(sigmoid, -1, 1)));
  return { dgate: g.mul(dsilu, slope), dup };
}
