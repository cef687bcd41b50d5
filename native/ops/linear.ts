/**
 * y = W x + b, plus a low-rank update where there is one. Letters: in, out widths, T tokens.
 * W is stored as the file has it; products round what they multiply to W's own precision, so gradients are kept at the
 * scale of a whole token (never divided by their number before the backward pass): small ones would be lost in F16 and
 * in Q8_0's scales.
 */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';
import { kernelBackward, kernelForward } from './linearKernel.ts';
import { type LoraPair, type LoraTape, loraBackward, loraDown, loraForward } from './lora.ts';
import { outerProduct } from './outerProduct.ts';
import { sumOverTokens } from './rmsNorm.ts';

export interface Linear {
  /** [in, out] */
  readonly weight: Tensor;
  /** [out, in], the same weights laid out for dx; null: made anew in each backward pass, slower and smaller. */
  readonly transposed: Tensor | null;
  /** [out] */
  readonly bias: Tensor | null;
  readonly lora: LoraPair | null;
  /** Where gradients are added up when the weights themselves are trained. */
  readonly gradient: { readonly weight: Tensor; readonly bias: Tensor | null } | null;
}

export interface LinearTape {
  readonly x: Tensor;
  readonly lora: LoraTape | null;
}

/** x [in, T] -> y [out, T]. `mask` [in, T] is the dropout of the low-rank path, or null. */
export function linearForward(
  c: OpContext,
  linear: Linear,
  x: Tensor,
  mask: Tensor | null,
): { readonly y: Tensor; readonly tape: LinearTape } {
  const { graph: g } = c;
  if (c.variants.products !== 'ggml') {
    const low = linear.lora ? loraDown(c, linear.lora, x, mask) : null;
    return { y: kernelForward(c, linear, x, low), tape: { x, lora: low } };
  }
  let y = g.mulMat(linear.weight, x);
  if (linear.bias) y = g.addInplace(y, linear.bias);
  if (!linear.lora) return { y, tape: { x, lora: null } };
  const { update, tape } = loraForward(c, linear.lora, x, mask);
  return { y: g.addInplace(y, update), tape: { x, lora: tape } };
}

/** The tape of a product whose result is not needed: the backward pass of a recomputed layer starts there. */
export function linearTape(c: OpContext, linear: Linear, x: Tensor, mask: Tensor | null): LinearTape {
  return { x, lora: linear.lora ? loraForward(c, linear.lora, x, mask, 'tape').tape : null };
}

/** dy [out, T] -> dx [in, T], or null where nobody needs it. Adds up the gradients of W, b, A and B. */
export function linearBackward(
  c: OpContext,
  linear: Linear,
  dy: Tensor,
  tape: LinearTape,
  needsInput: boolean,
): Tensor | null {
  const { graph: g } = c;
  if (linear.gradient) {
    g.addInplace(linear.gradient.weight, outerProduct(c, tape.x, dy));
    if (linear.gradient.bias) g.addInplace(linear.gradient.bias, sumOverTokens(c, dy));
  }
  if (c.variants.products !== 'ggml') return kernelBackward(c, linear, dy, tape, needsInput);
  const dlow = linear.lora && tape.lora ? loraBackward(c, linear.lora, dy, tape.lora, needsInput) : null;
  if (!needsInput) return null;
  const dx = g.mulMat(transposedWeight(c, linear), dy);
  return dlow ? g.addInplace(dx, dlow) : dx;
}

/** [out, in] */
export function transposedWeight({ graph: g }: OpContext, linear: Linear): Tensor {
  if (linear.transposed) return linear.transposed;
  const { weight } = linear;
  return g.cont(g.transpose(weight.type === 'F32' ? weight : g.cast(weight, 'F32')));
}
