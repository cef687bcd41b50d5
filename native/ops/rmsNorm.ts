/**
 * Root mean square norm (Zhang & Sennrich 2019, arXiv 1910.07467): y = w * x / sqrt(mean(x^2) + eps), mean over D.
 * Letters: D width, T tokens.
 */
import type { Graph } from '../ggml/graph.ts';
import type { Tensor } from '../ggml/tensor.ts';
import { shapeOf } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';
import { outerProduct } from './outerProduct.ts';

/** x [D, T], weight [D] -> [D, T]. */
export function rmsNormForward({ graph: g, variants }: OpContext, x: Tensor, weight: Tensor, epsilon: number): Tensor {
  if (variants.rows === 'kernel') return g.kernel('rmsNorm', normArgs(g, weight, epsilon), [x], 'F32', x.shape);
  return g.mul(g.rmsNorm(x, epsilon), weight);
}

/** dy [D, T] -> dx [D, T]. */
export function rmsNormBackward(c: OpContext, dy: Tensor, x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const { graph: g, variants } = c;
  if (variants.rows === 'kernel') {
    return g.kernel('rmsNormBackward', normArgs(g, weight, epsilon), [dy, x], 'F32', x.shape);
  }
  const dnormed = g.mul(dy, weight);
  if (variants.rmsNormBackward === 'rms_norm_back') return g.rmsNormBack(dnormed, x, epsilon);
  // dx = (dn - n * mean(n * dn)) / rms, with n the normed x.
  const rms = g.sqrt(g.scaleBias(g.mean(g.sqr(x)), 1, epsilon));
  const normed = g.div(x, rms);
  const shared = g.mean(g.mul(normed, dnormed));
  return g.div(g.sub(dnormed, g.mul(normed, shared)), rms);
}

function normArgs(g: Graph, weight: Tensor, epsilon: number): bigint {
  const kernels = g.device.kernels!;
  return g.keep(kernels.normArgs(kernels.handle, g.address(weight), epsilon));
}

/** dweight [D] of one call; the caller adds it up. */
export function rmsNormWeightGradient(c: OpContext, dy: Tensor, x: Tensor, epsilon: number): Tensor {
  const { graph: g } = c;
  return sumOverTokens(c, g.mul(dy, g.rmsNorm(x, epsilon)));
}

/** x [D, T] -> [D]. */
export function sumOverTokens(c: OpContext, x: Tensor): Tensor {
  const { graph: g } = c;
  const [width, tokens] = x.shape;
  return g.reshape(outerProduct(c, x, g.filled(shapeOf(1, tokens), 1)), width);
}
