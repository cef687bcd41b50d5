import type { Tensor } from '../ggml/tensor.ts';
import type { Linear } from '../ops/linear.ts';
import type { ModelConfig } from './architecture.ts';

export interface Norm {
  /** [D] */
  readonly weight: Tensor;
  readonly gradient: Tensor | null;
}

export const layerLinears = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as const;
export type LayerLinear = (typeof layerLinears)[number];

export type Layer = Readonly<Record<LayerLinear, Linear>> & {
  readonly attentionNorm: Norm;
  readonly hiddenNorm: Norm;
};

/** The weights of a decoder, on the device, with what is trained on them. */
export interface Model {
  readonly config: ModelConfig;
  /** [D, V] */
  readonly embedding: { readonly table: Tensor; readonly gradient: Tensor | null };
  readonly layers: readonly Layer[];
  readonly outputNorm: Norm;
  readonly head: Linear;
  readonly ropeFactors: Tensor | null;
}

/** The tensor's name in the file without `.weight`. */
export const linearNames: Readonly<Record<LayerLinear, string>> = {
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  o: 'attn_output',
  gate: 'ffn_gate',
  up: 'ffn_up',
  down: 'ffn_down',
};
