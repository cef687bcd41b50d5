import type { Device } from '../ggml/device.ts';
import { Graph } from '../ggml/graph.ts';
import { shapeOf } from '../ggml/tensor.ts';

/**
 * Which implementation of an op runs. Every op has one that needs nothing but products, sums and copies, so that a
 * device which lacks the special one still trains.
 */
export interface OpVariants {
  /** Products with stored weights and their low-rank pairs, norms, gated units, attention and cross-entropy. */
  readonly products: Products;
  readonly attention: 'kernel' | 'ggml';
  readonly rows: 'kernel' | 'ggml';
  readonly outerProduct: 'out_prod' | 'mul_mat';
  readonly rmsNormBackward: 'rms_norm_back' | 'primitives';
  readonly softMaxBackward: 'soft_max_back' | 'primitives';
  readonly swigluBackward: 'silu_back' | 'primitives';
  readonly ropeBackward: 'rope_back' | 'negative positions';
  readonly embeddingBackward: 'get_rows_back' | 'one-hot product';
}

/**
 * Our kernels: `exact` multiplies in F32; `careful` rounds what it multiplies to 8 bits of mantissa (BF16) where the
 * processor has such products; `fast` does so in the backward pass, and in the forward pass multiplies in 8 bits, as
 * inference does, where the weights are quantised.
 */
export type Products = 'fast' | 'careful' | 'exact' | 'ggml';

/** What an op builds into, and how. */
export interface OpContext {
  readonly graph: Graph;
  readonly variants: OpVariants;
}

/** For checks: the variants that exist, op by op, the special one first. */
export const allVariants = {
  products: ['fast', 'careful', 'exact', 'ggml'],
  attention: ['kernel', 'ggml'],
  rows: ['kernel', 'ggml'],
  outerProduct: ['out_prod', 'mul_mat'],
  rmsNormBackward: ['rms_norm_back', 'primitives'],
  softMaxBackward: ['soft_max_back', 'primitives'],
  swigluBackward: ['silu_back', 'primitives'],
  ropeBackward: ['rope_back', 'negative positions'],
  embeddingBackward: ['get_rows_back', 'one-hot product'],
} as const satisfies { readonly [K in keyof OpVariants]: readonly OpVariants[K][] };

/** Takes the special implementation wherever the device says that it supports it. */
export function chooseVariants(device: Device): OpVariants {
  using g = new Graph(device, 64);
  const a = g.input('F32', shapeOf(64, 32));
  const heads = g.input('F32', shapeOf(32, 2, 32));
  const positions = g.input('I32', shapeOf(32));
  const rope = {
    dimensions: 32,
    mode: 0,
    originalContext: 32,
    base: 10000,
    scale: 1,
    extrapolation: 0,
    attentionFactor: 1,
    betaFast: 32,
    betaSlow: 1,
  } as const;
  const pick = <K extends keyof OpVariants>(op: K, supported: boolean): OpVariants[K] =>
    allVariants[op][supported ? 0 : 1] as OpVariants[K];
  const { kernels } = device;
  return {
    products: kernels ? 'fast' : 'ggml',
    attention: kernels ? 'kernel' : 'ggml',
    rows: kernels ? 'kernel' : 'ggml',
    outerProduct: pick('outerProduct', g.supports(g.outProd(a, a))),
    rmsNormBackward: pick('rmsNormBackward', g.supports(g.rmsNormBack(a, a, 1e-5))),
    softMaxBackward: pick('softMaxBackward', g.supports(g.softMaxBack(a, a, 1))),
    swigluBackward: pick('swigluBackward', g.supports(g.siluBack(a, a))),
    ropeBackward: pick('ropeBackward', g.supports(g.ropeBack(heads, positions, null, rope))),
    embeddingBackward: pick('embeddingBackward', g.supports(g.getRowsBack(a, positions, a))),
  };
}
