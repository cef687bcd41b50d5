/**
 * The same products by our own CPU kernels, from the stored weights both ways: no transposed copy, the low-rank update
 * in the same pass. Letters: in, out widths, r rank, T tokens.
 */
import { type Precision, precisions } from '../ffi/kernels.ts';
import type { Tensor } from '../ggml/tensor.ts';
import { bytesOf, type TensorType, tensorTypes } from '../ggml/types.ts';
import type { OpContext } from './context.ts';
import type { Linear, LinearTape } from './linear.ts';
import { addLowRankGradient, type LoraTape, lowRank } from './lora.ts';
import { outerProduct } from './outerProduct.ts';

/** x [in, T] -> y [out, T]. */
export function kernelForward(c: OpContext, linear: Linear, x: Tensor, lora: LoraTape | null): Tensor {
  const precision = forwardPrecision(c, linear.weight);
  const args = productArgs(c, linear.weight, precision, linear.bias, linear.lora?.b ?? null);
  const packed = packedOf(c, x, precision);
  const shape = [linear.weight.shape[1], x.shape[1], 1, 1] as const;
  return c.graph.kernel('linearForward', args, lora ? [packed, lora.low] : [packed], 'F32', shape);
}

/** dy [out, T] -> dx [in, T], or null where nobody needs it. Adds up the gradients of A and B. */
export function kernelBackward(
  c: OpContext,
  linear: Linear,
  dy: Tensor,
  tape: LinearTape,
  needsInput: boolean,
): Tensor | null {
  const { graph: g } = c;
  const pair = linear.lora;
  let dlow: Tensor | null = null;
  if (pair && tape.lora) {
    dlow = lowRank(c, pair.b, pair.scale, dy); // [r, T]
    if (pair.gradient) {
      addLowRankGradient(c, pair.gradient.a, dlow, tape.lora.input);
      addLowRankGradient(c, pair.gradient.b, tape.lora.low, dy);
    }
  }
  if (!needsInput) return null;
  const precision = backwardPrecision(c, linear.weight);
  // What dropout has masked must not reach the other path, so the low-rank share is made apart then.
  const apart = tape.lora?.mask && dlow && pair ? { mask: tape.lora.mask, dlow, a: pair.a } : null;
  const joined = dlow && !apart;
  const args = productArgs(c, linear.weight, precision, null, joined ? pair!.a : null);
  const packed = packedOf(c, dy, precision);
  const shape = [linear.weight.shape[0], dy.shape[1], 1, 1] as const;
  const dx = g.kernel('linearBackward', args, joined ? [packed, dlow!] : [packed], 'F32', shape);
  if (!apart) return dx;
  const dinput = outerProduct(c, apart.a, g.cont(g.transpose(apart.dlow)));
  return g.addInplace(dx, g.mulInplace(dinput, apart.mask));
}

const quantised: ReadonlySet<TensorType> = new Set(['Q8_0']);

function forwardPrecision(c: OpContext, weight: Tensor): Precision {
  const inEight = c.variants.products === 'fast' && quantised.has(weight.type);
  return inEight && has(c, 'int8') ? 'int8' : backwardPrecision(c, weight);
}

/** BF16's 8 bits would round away what weights in F32 and F16 hold, so those are multiplied in F32. */
const narrow: ReadonlySet<TensorType> = new Set(['BF16', 'Q8_0']);

function backwardPrecision(c: OpContext, weight: Tensor): Precision {
  return narrow.has(weight.type) && c.variants.products !== 'exact' && has(c, 'bf16') ? 'bf16' : 'f32';
}

function has({ graph: g }: OpContext, precision: Precision): boolean {
  const kernels = g.device.kernels!;
  return kernels.setHas(kernels.handle, precisions[precision]) !== 0;
}

function productArgs(
  { graph: g }: OpContext,
  weight: Tensor,
  precision: Precision,
  bias: Tensor | null,
  up: Tensor | null,
): bigint {
  const kernels = g.device.kernels!;
  const [width, rows] = weight.shape;
  return g.keep(
    kernels.linearArgs(
      kernels.handle,
      precisions[precision],
      g.address(weight),
      tensorTypes[weight.type].id,
      width,
      rows,
      bytesOf(weight.type, width),
      bias ? g.address(bias) : null,
      up ? g.address(up) : null,
      up ? up.shape[0] : 0,
      up ? up.shape[1] : 0,
    ),
  );
}

/** The forms that a tensor already has in this graph: q, k and v read the same one, gate and up another. */
const packedForms = new WeakMap<Tensor, Map<Precision, Tensor>>();

function packedOf({ graph: g }: OpContext, x: Tensor, precision: Precision): Tensor {
  if (precision === 'f32') return g.contiguous(x);
  const forms = packedForms.get(x) ?? new Map<Precision, Tensor>();
  packedForms.set(x, forms);
  const made = forms.get(precision);
  if (made) return made;
  const kernels = g.device.kernels!;
  const args = g.keep(kernels.packArgs(kernels.handle, precisions[precision]));
  const bytes = Number(kernels.packedBytes(precisions[precision], x.shape[0]));
  const packed = g.kernel('pack', args, [g.contiguous(x)], 'I8', [bytes, x.shape[1], 1, 1]);
  forms.set(precision, packed);
  return packed;
}
