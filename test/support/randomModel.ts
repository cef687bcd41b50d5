import { type CodecName, quantise } from '../../native/formats/codecs.ts';
import { float32, type GgufValue, text, uint32 } from '../../native/formats/gguf/ggufValue.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';
import { random } from '../../native/train/random.ts';

export interface RandomModel {
  readonly architecture: 'llama' | 'qwen2';
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly tied: boolean;
  /** Biases on q, k and v, as Qwen2 has them. */
  readonly biases: boolean;
  readonly type: CodecName;
  readonly seed: number;
  /** Standard deviation of the weights. */
  readonly spread?: number;
  readonly ropeFactors?: Float32Array;
  readonly metadata?: readonly (readonly [string, GgufValue])[];
}

export const tinyLlama: RandomModel = {
  architecture: 'llama',
  layers: 2,
  width: 64,
  heads: 4,
  keyHeads: 2,
  hidden: 96,
  vocabulary: 80,
  context: 128,
  tied: false,
  biases: false,
  type: 'F32',
  seed: 1,
  spread: 0.15,
};

export const tinyQwen2: RandomModel = { ...tinyLlama, architecture: 'qwen2', tied: true, biases: true, seed: 2 };

/** A model of random weights, with a vocabulary that llama.cpp loads. */
export function writeRandomModel(path: string, model: RandomModel): void {
  const { architecture, width: D, hidden: F, vocabulary: V } = model;
  const head = D / model.heads;
  const key = head * model.keyHeads;
  const key_ = (name: string) => `${architecture}.${name}`;
  const matrices: [string, number[]][] = [['token_embd.weight', [D, V]]];
  for (let i = 0; i < model.layers; i++) {
    const add = (name: string, inputs: number, outputs: number) =>
      matrices.push([`blk.${i}.${name}.weight`, [inputs, outputs]]);
    matrices.push([`blk.${i}.attn_norm.weight`, [D]]);
    add('attn_q', D, D);
    add('attn_k', D, key);
    add('attn_v', D, key);
    add('attn_output', D, D);
    if (model.biases) {
      matrices.push([`blk.${i}.attn_q.bias`, [D]], [`blk.${i}.attn_k.bias`, [key]], [`blk.${i}.attn_v.bias`, [key]]);
    }
    matrices.push([`blk.${i}.ffn_norm.weight`, [D]]);
    add('ffn_gate', D, F);
    add('ffn_up', D, F);
    add('ffn_down', F, D);
  }
  matrices.push(['output_norm.weight', [D]]);
  if (!model.tied) matrices.push(['output.weight', [D, V]]);
  const tokens = Array.from({ length: V }, (_, i) => (i < 3 ? ['<unk>', '<s>', '</s>'][i]! : `t${i}`));
  writeGguf(path, {
    metadata: [
      ['general.architecture', text(architecture)],
      ['general.name', text(`random ${architecture}`)],
      [key_('block_count'), uint32(model.layers)],
      [key_('context_length'), uint32(model.context)],
      [key_('embedding_length'), uint32(D)],
      [key_('feed_forward_length'), uint32(F)],
      [key_('attention.head_count'), uint32(model.heads)],
      [key_('attention.head_count_kv'), uint32(model.keyHeads)],
      [key_('attention.layer_norm_rms_epsilon'), float32(1e-5)],
      [key_('rope.dimension_count'), uint32(head)],
      [key_('rope.freq_base'), float32(10000)],
      // A byte-level vocabulary without the bytes: llama.cpp drops what it cannot spell, and aborts in the other kind.
      ['tokenizer.ggml.model', text('gpt2')],
      ['tokenizer.ggml.pre', text('gpt-2')],
      ['tokenizer.ggml.merges', { type: 'array', itemType: 'string', value: ['t 3'] }],
      ['tokenizer.ggml.tokens', { type: 'array', itemType: 'string', value: tokens }],
      [
        'tokenizer.ggml.token_type',
        { type: 'array', itemType: 'int32', value: Int32Array.from({ length: V }, (_, i) => (i < 3 ? 3 : 1)) },
      ],
      ['tokenizer.ggml.bos_token_id', uint32(1)],
      ['tokenizer.ggml.eos_token_id', uint32(2)],
      ...(model.metadata ?? []),
    ],
    tensors: [
      ...matrices.map(([name, shape], index) => {
        const type = shape.length === 1 ? 'F32' : model.type;
        const count = shape.reduce((a, b) => a * b);
        const isNorm = /norm/.test(name);
        return {
          name,
          type,
          shape,
          data: () => {
            const draw = random(model.seed, index);
            const spread = isNorm || shape.length === 1 ? 0.1 : (model.spread ?? 0.02);
            const values = Float32Array.from({ length: count }, () => (isNorm ? 1 : 0) + spread * normal(draw));
            return [quantise(type, values)];
          },
        };
      }),
      ...(model.ropeFactors
        ? [{ name: 'rope_freqs.weight', type: 'F32' as const, shape: [head / 2], data: model.ropeFactors }]
        : []),
    ],
  });
}

/** Box and Muller. */
function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
