import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SafetensorsSource, writeSafetensors } from '../../../native/formats/safetensors/writeSafetensors.ts';

export const tinyConfig = {
  architectures: ['LlamaForCausalLM'],
  hidden_act: 'silu',
  hidden_size: 64,
  intermediate_size: 96,
  max_position_embeddings: 128,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  vocab_size: 264,
  bos_token_id: 262,
  eos_token_id: 263,
};

/** GPT-2's writing of bytes as printable characters: bytes_to_unicode of openai/gpt-2. */
export const byteCharacters = (() => {
  const printable = [
    [33, 126],
    [161, 172],
    [174, 255],
  ] as const;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable.some(([from, to]) => byte >= from && byte <= to) ? byte : next++),
  );
})();

const byteRegex =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** A byte-level BPE in Qwen2's manner: 256 bytes, six merges (ids 256 to 261), two special tokens (262, 263). */
export const byteTokenizer = {
  added_tokens: [
    { id: 262, content: '<|begin|>', special: true },
    { id: 263, content: '<|end|>', special: true },
  ],
  normalizer: { type: 'NFC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: byteRegex }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    ],
  },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(
      [...byteCharacters, 'he', 'll', 'hell', 'hello', 'Ġw', 'or'].map((token, id) => [token, id]),
    ),
    merges: ['h e', ['l', 'l'], 'he ll', ['hell', 'o'], 'Ġ w', 'o r'],
  },
};

/** Random weights for a config, as Hugging Face names and shapes them. */
export function tensorsFor(config: typeof tinyConfig & { attention_bias?: boolean }): SafetensorsSource[] {
  const headSize = config.hidden_size / config.num_attention_heads;
  const kv = headSize * config.num_key_value_heads;
  const { hidden_size: hidden, intermediate_size: inner } = config;
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const tensors: SafetensorsSource[] = [];
  const add = (name: string, shape: readonly number[], offset = 0) => {
    const length = shape.reduce((product, size) => product * size, 1);
    tensors.push({ name, shape, data: Float32Array.from({ length }, () => offset + random() * 0.2) });
  };
  add('model.embed_tokens.weight', [config.vocab_size, hidden]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `model.layers.${layer}`;
    add(`${at}.input_layernorm.weight`, [hidden], 1);
    for (const [name, out] of [
      ['q', hidden],
      ['k', kv],
      ['v', kv],
    ] as const) {
      add(`${at}.self_attn.${name}_proj.weight`, [out, hidden]);
      if (config.architectures[0] === 'Qwen2ForCausalLM' || config.attention_bias)
        add(`${at}.self_attn.${name}_proj.bias`, [out]);
    }
    add(`${at}.self_attn.o_proj.weight`, [hidden, hidden]);
    if (config.attention_bias) add(`${at}.self_attn.o_proj.bias`, [hidden]);
    add(`${at}.post_attention_layernorm.weight`, [hidden], 1);
    add(`${at}.mlp.gate_proj.weight`, [inner, hidden]);
    add(`${at}.mlp.up_proj.weight`, [inner, hidden]);
    add(`${at}.mlp.down_proj.weight`, [hidden, inner]);
  }
  add('model.norm.weight', [hidden], 1);
  if (!config.tie_word_embeddings) add('lm_head.weight', [config.vocab_size, hidden]);
  return tensors;
}

/** Writes a model folder; `files` are added or put in place of the usual ones, null leaves one out. */
export function writeHfFolder(
  folder: string,
  config: typeof tinyConfig & Record<string, unknown>,
  files: Record<string, unknown> = {},
  tensors = tensorsFor(config),
): string {
  mkdirSync(folder, { recursive: true });
  const all: Record<string, unknown> = { 'config.json': config, 'tokenizer.json': byteTokenizer, ...files };
  for (const [name, content] of Object.entries(all)) {
    if (content === null) continue;
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  if (!('model.safetensors' in files)) writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return folder;
}
