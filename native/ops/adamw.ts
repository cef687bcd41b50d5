/** AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101) and the norm that gradients are clipped by (Pascanu et al. 2013). */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/** gradients, any shape -> [1]: the sum of squares. */
export function squaredNorm({ graph: g }: OpContext, gradients: Tensor): Tensor {
  return g.sum(g.sqr(gradients));
}

export interface AdamwState {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
}

/** Multiplies the gradients by `factor` [1] and takes one step; `settings` as `Graph.adamw`. */
export function adamwStep({ graph: g }: OpContext, state: AdamwState, factor: Tensor, settings: Tensor): Tensor {
  const scaled = g.mulInplace(state.gradients, factor);
  return g.adamw(state.parameters, scaled, state.firstMoment, state.secondMoment, settings);
}
