import { int32s, text, texts, textsOf } from '../../native/formats/gguf/ggufValue.ts';
import { openGguf } from '../../native/formats/gguf/readGguf.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';
import { writeLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { random } from '../../native/train/random.ts';

/** A small model that tells stories, made to chat: two of its rarest pieces become ChatML's control tokens. */
export function writeChatModel(from: string, to: string): void {
  using file = openGguf(from);
  const { header } = file;
  const tokens = [...(textsOf(header.metadata, 'tokenizer.ggml.tokens') ?? [])];
  const types = tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));
  tokens[510] = '<|im_start|>';
  tokens[511] = '<|im_end|>';
  types[510] = 3;
  types[511] = 3;
  const metadata = new Map(header.metadata);
  metadata.set('tokenizer.ggml.tokens', texts(tokens));
  metadata.set('tokenizer.ggml.token_type', int32s(types));
  metadata.set(
    'tokenizer.chat_template',
    text(
      "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    ),
  );
  writeGguf(to, {
    metadata: [...metadata],
    tensors: header.tensors.map((tensor) => ({ ...tensor, data: () => [file.read(tensor)] })),
  });
}

/** An adapter of random weights, strong enough to be heard. */
export function writeRandomAdapter(base: string, to: string, metadata: Readonly<Record<string, string>> = {}): void {
  using file = openGguf(base);
  const draw = random(7, 1);
  const tensors = file.header.tensors
    .filter((tensor) => /attn_q|ffn_down/.test(tensor.name))
    .map(({ name, shape: [inputs = 0, out = 0] }) => ({
      name,
      in: inputs,
      out,
      rank: 2,
      a: Float32Array.from({ length: 2 * inputs }, () => draw() - 0.5),
      b: Float32Array.from({ length: 2 * out }, () => draw() - 0.5),
    }));
  writeLoraGguf(to, { architecture: 'llama', alpha: 4, tensors, metadata });
}
