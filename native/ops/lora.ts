/**
 * Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): update = s * B A (mask * x), s = alpha / rank.
 * Letters: in, out widths, r rank, T tokens. B is stored transposed, [out, r]: outer products with a short inner side
 * are several times faster than matrix products in ggml's CPU backend.
 */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';
import { outerProduct } from './outerProduct.ts';

export interface LoraPair {
  /** [in, r] */
  readonly a: Tensor;
  /** [out, r], B transposed. */
  readonly b: Tensor;
  /** Where the gradients of a and b are added up; null where nothing is trained. */
  readonly gradient: { readonly a: Tensor; readonly b: Tensor } | null;
  readonly scale: number;
}

export interface LoraTape {
  /** mask * x, [in, T] */
  readonly input: Tensor;
  readonly mask: Tensor | null;
  /** s * A (mask * x): [T, r] in ggml's way, [r, T] in our kernels'. */
  readonly low: Tensor;
}

/** x [in, T] -> the update [out, T], and what the backward pass needs. With 'tape' the update is not computed. */
export function loraForward(
  c: OpContext,
  pair: LoraPair,
  x: Tensor,
  mask: Tensor | null,
): { readonly update: Tensor; readonly tape: LoraTape };
export function loraForward(
  c: OpContext,
  pair: LoraPair,
  x: Tensor,
  mask: Tensor | null,
  only: 'tape',
): { readonly update: null; readonly tape: LoraTape };
export function loraForward(c: OpContext, pair: LoraPair, x: Tensor, mask: Tensor | null, only?: 'tape') {
  const { graph: g } = c;
  if (c.variants.products !== 'ggml') {
    if (!only) throw new Error('with our kernels the update is part of the product');
    return { update: null, tape: loraDown(c, pair, x, mask) };
  }
  const input = mask ? g.mul(x, mask) : x;
  const low = g.scale(g.mulMat(input, pair.a), pair.scale);
  return { update: only ? null : outerProduct(c, pair.b, low), tape: { input, mask, low } };
}

/** dy [out, T] -> the share of dx [in, T], or null where nobody needs it. Adds up the gradients of a and b. */
export function loraBackward(
  c: OpContext,
  pair: LoraPair,
  dy: Tensor,
  tape: LoraTape,
  needsInput: boolean,
): Tensor | null {
  const { graph: g } = c;
  // In this order the product has as many rows as there are tokens; with r rows ggml's CPU backend would not share it
  // among threads and would take its slow path.
  const dlowT = g.scale(g.mulMat(dy, pair.b), pair.scale); // [T, r]
  if (pair.gradient) {
    g.addInplace(pair.gradient.a, outerProduct(c, tape.input, g.cont(g.transpose(dlowT))));
    g.addInplace(pair.gradient.b, outerProduct(c, dy, g.cont(g.transpose(tape.low))));
  }
  if (!needsInput) return null;
  const dinput = outerProduct(c, pair.a, dlowT);
  return tape.mask ? g.mulInplace(dinput, tape.mask) : dinput;
}

/** The tape by our kernels. x [in, T]. */
export function loraDown(c: OpContext, pair: LoraPair, x: Tensor, mask: Tensor | null): LoraTape {
  const input = mask ? c.graph.mul(x, mask) : x;
  return { input, mask, low: lowRank(c, pair.a, pair.scale, input) };
}

/** scale * rows [width, r] x [width, T] -> [r, T], by our kernels. */
export function lowRank({ graph: g }: OpContext, rows: Tensor, scale: number, x: Tensor): Tensor {
  const kernels = g.device.kernels!;
  const [width, rank] = rows.shape;
  const args = g.keep(kernels.lowRankArgs(kernels.handle, g.address(rows), width, rank, scale));
  return g.kernel('lowRank', args, [x], 'F32', [rank, x.shape[1], 1, 1]);
}

/** gradient [width, r] += low [r, T] times x [width, T], by our kernels. */
export function addLowRankGradient({ graph: g }: OpContext, gradient: Tensor, low: Tensor, x: Tensor): void {
  g.kernelInplace('lowRankGradient', g.device.kernels!.handle, gradient, [low, x]);
}
