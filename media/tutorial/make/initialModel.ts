/** The tutorial model before its first step: its shape, its vocabulary, and random weights. */
import { bool, float32, int32s, text, texts, uint32 } from '../../../native/formats/gguf/ggufValue.ts';
import { type GgufTensorSource, writeGguf } from '../../../native/formats/gguf/writeGguf.ts';
import type { Vocabulary } from './bpe.ts';
import { chatTemplate, endToken, textToken } from './chat.ts';
import { random } from './random.ts';

export const shape = { layers: 4, width: 160, heads: 5, hidden: 448, context: 256, ropeBase: 10000, epsilon: 1e-5 };

/** Deviation of the initial weights. GPT-2's 0.02 is for wide models; at this width it takes twice the steps. */
const deviation = 0.05;

/** Writes the model as F32 GGUF of architecture llama; the head is the embedding table. */
export function writeInitialModel(path: string, vocabulary: Vocabulary, seed: number): void {
  const { layers, width, heads, hidden, context, ropeBase, epsilon } = shape;
  const { tokens, merges, special } = vocabulary;
  const draw = random(seed);
  const weights = (name: string, inputs: number, outputs: number, scale = 1): GgufTensorSource => ({
    name: `${name}.weight`,
    type: 'F32',
    shape: [inputs, outputs],
    data: Float32Array.from({ length: inputs * outputs }, () => draw.normal() * deviation * scale),
  });
  const norm = (name: string): GgufTensorSource => ({
    name: `${name}.weight`,
    type: 'F32',
    shape: [width],
    data: new Float32Array(width).fill(1),
  });
  // What is added to the residual stream starts smaller, the more layers add to it (Radford et al. 2019, section 2.3).
  const residual = 1 / Math.sqrt(2 * layers);
  const layer = (i: number) => [
    norm(`blk.${i}.attn_norm`),
    weights(`blk.${i}.attn_q`, width, width),
    weights(`blk.${i}.attn_k`, width, width),
    weights(`blk.${i}.attn_v`, width, width),
    weights(`blk.${i}.attn_output`, width, width, residual),
    norm(`blk.${i}.ffn_norm`),
    weights(`blk.${i}.ffn_gate`, width, hidden),
    weights(`blk.${i}.ffn_up`, width, hidden),
    weights(`blk.${i}.ffn_down`, hidden, width, residual),
  ];
  const control = 3;
  const normal = 1;
  writeGguf(path, {
    metadata: [
      ['general.architecture', text('llama')],
      ['general.type', text('model')],
      ['general.name', text('Tatara tutorial')],
      ['general.size_label', text('1.5M')],
      ['general.license', text('mit')],
      ['general.description', text('Knows some made-up people, in English and Japanese, to practise tuning on.')],
      ['general.languages', texts(['en', 'ja'])],
      ['general.file_type', uint32(0)],
      ['llama.vocab_size', uint32(tokens.length)],
      ['llama.context_length', uint32(context)],
      ['llama.embedding_length', uint32(width)],
      ['llama.block_count', uint32(layers)],
      ['llama.feed_forward_length', uint32(hidden)],
      ['llama.attention.head_count', uint32(heads)],
      ['llama.attention.head_count_kv', uint32(heads)],
      ['llama.attention.layer_norm_rms_epsilon', float32(epsilon)],
      ['llama.rope.dimension_count', uint32(width / heads)],
      ['llama.rope.freq_base', float32(ropeBase)],
      ['tokenizer.ggml.model', text('gpt2')],
      ['tokenizer.ggml.pre', text('gpt-2')],
      ['tokenizer.ggml.tokens', texts(tokens)],
      ['tokenizer.ggml.token_type', int32s(tokens.map((token) => (special.includes(token) ? control : normal)))],
      ['tokenizer.ggml.merges', texts(merges)],
      ['tokenizer.ggml.bos_token_id', uint32(textToken)],
      ['tokenizer.ggml.eos_token_id', uint32(endToken)],
      ['tokenizer.ggml.eot_token_id', uint32(endToken)],
      ['tokenizer.ggml.padding_token_id', uint32(textToken)],
      ['tokenizer.ggml.add_bos_token', bool(false)],
      ['tokenizer.ggml.add_eos_token', bool(false)],
      ['tokenizer.chat_template', text(chatTemplate)],
    ],
    tensors: [
      weights('token_embd', width, tokens.length),
      ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
      norm('output_norm'),
    ],
  });
}
