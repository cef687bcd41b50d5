import { float32, int32s, text, uint32 } from '../../native/formats/gguf/ggufValue.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';
import { bytesOf, type WeightType } from '../../native/ggml/types.ts';

/** The shape of Qwen2.5-0.5B; the weights are random. */
export const qwen05b = {
  layers: 24,
  width: 896,
  heads: 14,
  keyHeads: 2,
  hidden: 4864,
  vocabulary: 151936,
} as const;

/** Writes a model of that shape with random weights, block by block, so that half a billion of them take seconds. */
export function writeShapeModel(path: string, type: WeightType): void {
  const { layers, width: D, heads, keyHeads, hidden: F, vocabulary: V } = qwen05b;
  const key = (D / heads) * keyHeads;
  const shapes: [string, number[]][] = [['token_embd.weight', [D, V]]];
  for (let i = 0; i < layers; i++) {
    const at = (name: string, shape: number[]) => shapes.push([`blk.${i}.${name}`, shape]);
    at('attn_norm.weight', [D]);
    for (const [name, outputs] of [
      ['attn_q', D],
      ['attn_k', key],
      ['attn_v', key],
    ] as const) {
      at(`${name}.weight`, [D, outputs]);
      at(`${name}.bias`, [outputs]);
    }
    at('attn_output.weight', [D, D]);
    at('ffn_norm.weight', [D]);
    at('ffn_gate.weight', [D, F]);
    at('ffn_up.weight', [D, F]);
    at('ffn_down.weight', [F, D]);
  }
  shapes.push(['output_norm.weight', [D]]);
  writeGguf(path, {
    metadata: [
      ['general.architecture', text('qwen2')],
      ['general.name', text('Random weights in the shape of Qwen2.5-0.5B')],
      ['qwen2.block_count', uint32(layers)],
      ['qwen2.context_length', uint32(32768)],
      ['qwen2.embedding_length', uint32(D)],
      ['qwen2.feed_forward_length', uint32(F)],
      ['qwen2.attention.head_count', uint32(heads)],
      ['qwen2.attention.head_count_kv', uint32(keyHeads)],
      ['qwen2.attention.layer_norm_rms_epsilon', float32(1e-6)],
      ['qwen2.rope.freq_base', float32(1e6)],
      ['tokenizer.ggml.model', text('gpt2')],
      ['tokenizer.ggml.pre', text('qwen2')],
      ['tokenizer.ggml.token_type', int32s([])],
    ],
    tensors: shapes.map(([name, shape]) => ({
      name,
      type: shape.length === 1 ? 'F32' : type,
      shape,
      data: () => (shape.length === 1 ? [vector(name, shape[0]!)] : randomRows(type, shape[0]! * shape[1]!)),
    })),
  });
}

function vector(name: string, length: number): Float32Array {
  return new Float32Array(length).fill(name.includes('norm') ? 1 : 0.01);
}

/** Weights of standard deviation near 0.02: one random megabyte over and over, each time from another place. */
function* randomRows(type: WeightType, elements: number): Generator<Uint8Array> {
  const blockElements = 1 << 20;
  const block = new Uint8Array(bytesOf(type, blockElements));
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  };
  const view = new DataView(block.buffer);
  if (type === 'Q8_0') {
    for (let at = 0; at < block.length; at += 34) {
      view.setUint16(at, 0x0a8f, true); // 2e-4 as F16: int8 uniform has a standard deviation near 74
      for (let i = 2; i < 34; i++) block[at + i] = next();
    }
  } else {
    for (let i = 0; i < blockElements; i++) {
      const value = (next() / 255 - 0.5) * 0.07;
      if (type === 'F32') view.setFloat32(i * 4, value, true);
      else if (type === 'BF16') view.setUint16(i * 2, bits(value) >>> 16, true);
      else view.setUint16(i * 2, halfBits(value), true);
    }
  }
  for (let left = elements; left > 0; left -= blockElements) {
    yield left >= blockElements ? block : block.subarray(0, bytesOf(type, left));
  }
}

const scratch = new DataView(new ArrayBuffer(4));

function bits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

/** For normal numbers of F16's range; the mantissa is cut off. */
function halfBits(value: number): number {
  const single = bits(value);
  const exponent = ((single >>> 23) & 255) - 112;
  return exponent <= 0
    ? (single >>> 16) & 0x8000
    : ((single >>> 16) & 0x8000) | (exponent << 10) | ((single >>> 13) & 1023);
}
