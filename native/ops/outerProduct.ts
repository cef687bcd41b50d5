import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/**
 * Where one side is up to this wide, as those of a low-rank pair are, ggml's outer product is the faster way on a CPU:
 * four times at rank 8. Beyond it, two transposed copies and a matrix product are, twice at 160 x 448 (measured on one
 * core with AVX-512).
 */
const narrow = 64;

/** a [m, k], b [n, k] -> [m, n]: the sum over k of a's column times b's. Both contiguous, F32. */
export function outerProduct({ graph: g, variants }: OpContext, a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape;
  const short = Math.min(m, k, b.shape[0]) <= narrow;
  return variants.outerProduct === 'out_prod' && short
    ? g.outProd(a, b)
    : g.mulMat(g.cont(g.transpose(a)), g.cont(g.transpose(b)));
}
