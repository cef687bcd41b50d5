import { join } from 'node:path';
import { splitHeads } from '../rowOrder.ts';
import { writeSafetensors } from '../safetensors/writeSafetensors.ts';
import { writeAll, writeAside } from '../writeAside.ts';
import { writeDirectoryAside } from '../writeDirectoryAside.ts';
import type { Lora, LoraTensor } from './loraGguf.ts';

export interface PeftLora extends Lora {
  /** What PEFT shall load as the base: a name on the hub or a folder. */
  readonly baseName: string;
  readonly dropout: number;
  /** Attention heads of the base, and its key-value heads: the rows of Q and K of `llama` are put back in their order. */
  readonly heads: number;
  readonly kvHeads: number;
}

/**
 * Writes an adapter as PEFT reads it: a folder with `adapter_model.safetensors` (F32) and `adapter_config.json`. All
 * tensors have one rank. The folder is written aside and swapped in.
 */
export function writePeft(folder: string, lora: PeftLora): void {
  const rank = lora.tensors[0]?.rank;
  if (rank === undefined || lora.tensors.some((tensor) => tensor.rank !== rank)) {
    throw new RangeError('an adapter for PEFT needs tensors, all of one rank');
  }
  const tensors = lora.tensors.flatMap((tensor) => {
    const module = `base_model.model.${moduleOf(tensor.name)}`;
    return [
      { name: `${module}.lora_A.weight`, shape: [rank, tensor.in], data: tensor.a },
      { name: `${module}.lora_B.weight`, shape: [tensor.out, rank], data: rowsForHuggingFace(lora, tensor) },
    ];
  });
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: lora.baseName,
    r: rank,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    target_modules: [...new Set(lora.tensors.map(({ name }) => moduleOf(name).split('.').at(-1)))].sort(),
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    use_dora: false,
    use_rslora: false,
  };
  writeDirectoryAside(folder, (aside) => {
    writeSafetensors(join(aside, 'adapter_model.safetensors'), tensors, lora.metadata);
    writeAside(join(aside, 'adapter_config.json'), (fd) => writeAll(fd, Buffer.from(JSON.stringify(config, null, 2))));
  });
}

const modules: Readonly<Record<string, string>> = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** The module in transformers whose weight a tensor of `llama` or `qwen2` is. */
function moduleOf(name: string): string {
  if (name === 'output.weight') return 'lm_head';
  const [, layer, part = ''] = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name) ?? [];
  const module = modules[part];
  if (layer === undefined || module === undefined) throw new RangeError(`PEFT has no module for ${name}`);
  return `model.layers.${layer}.${module}`;
}

function rowsForHuggingFace(lora: PeftLora, tensor: LoraTensor): Float32Array {
  const heads = /\.attn_q\.weight$/.test(tensor.name) ? lora.heads : lora.kvHeads;
  if (lora.architecture !== 'llama' || !/\.attn_[qk]\.weight$/.test(tensor.name)) return tensor.b;
  const bytes = new Uint8Array(tensor.b.buffer, tensor.b.byteOffset, tensor.b.byteLength);
  return new Float32Array(splitHeads(bytes, tensor.out / heads, tensor.rank * 4).buffer);
}
