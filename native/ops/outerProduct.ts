import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/** a [m, k], b [n, k] -> [m, n]: the sum over k of a's column times b's. Both contiguous, F32. */
export function outerProduct({ graph: g, variants }: OpContext, a: Tensor, b: Tensor): Tensor {
  return variants.outerProduct === 'out_prod'
    ? g.outProd(a, b)
    : g.mulMat(g.cont(g.transpose(a)), g.cont(g.transpose(b)));
}
