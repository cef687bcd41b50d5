import { type GgufValue, int32s, text, texts, uint32 } from '../../native/formats/gguf/ggufValue.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';

/**
 * A vocabulary-only GGUF: every byte a token, three merges, and what modern chat models have: control tokens in ChatML's
 * form, and `<think>` as a word of its own that is no control token.
 */
export function writeBpeVocabulary(path: string, chatTemplate?: string): void {
  const bytes = Array.from({ length: 256 }, (_, byte) => byteText(byte));
  const words = ['he', 'll', 'hell'];
  const controls = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '[BREAK]'];
  const own = ['<think>', '</think>'];
  const tokens = [...bytes, ...words, ...controls, ...own];
  const end = bytes.length + words.length;
  const types = tokens.map((_, id) => (id < end ? 1 : id < end + controls.length ? 3 : 4));
  const metadata: [string, GgufValue][] = [
    ['general.architecture', text('qwen2')],
    ['qwen2.context_length', uint32(512)],
    ['qwen2.embedding_length', uint32(64)],
    ['qwen2.block_count', uint32(1)],
    ['qwen2.feed_forward_length', uint32(64)],
    ['qwen2.attention.head_count', uint32(2)],
    ['qwen2.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-6 }],
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('qwen2')],
    ['tokenizer.ggml.tokens', texts(tokens)],
    ['tokenizer.ggml.token_type', int32s(types)],
    ['tokenizer.ggml.merges', texts(['h e', 'l l', 'he ll'])],
    ['tokenizer.ggml.eos_token_id', uint32(end + 2)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ];
  if (chatTemplate !== undefined) metadata.push(['tokenizer.chat_template', text(chatTemplate)]);
  writeGguf(path, { metadata, tensors: [] });
}

/** GPT-2's way to write a byte as a visible character. */
function byteText(byte: number): string {
  const visible = (value: number) =>
    (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || (value >= 174 && value <= 255);
  if (visible(byte)) return String.fromCodePoint(byte);
  let hidden = 0;
  for (let value = 0; value < byte; value++) if (!visible(value)) hidden++;
  return String.fromCodePoint(256 + hidden);
}
