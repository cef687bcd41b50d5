import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FormatError, type Reason, reasoned } from '../formatError.ts';
import { openSafetensors, type SafetensorsFile, type SafetensorsTensor } from '../safetensors/readSafetensors.ts';
import { failJson, isObject, readJsonObject } from './jsonFile.ts';
import type { ModelConfig } from './modelConfig.ts';

/** The tensors of all the safetensors files of a model. */
export interface Weights extends Disposable {
  readonly tensors: ReadonlyMap<string, { readonly file: SafetensorsFile; readonly tensor: SafetensorsTensor }>;
}

/** One tensor of the model to be written, and where it comes from. */
export interface MappedTensor {
  /** In GGUF. */
  readonly name: string;
  /** In the safetensors files. */
  readonly source: string;
  /** Outermost dimension first, as config.json demands it. */
  readonly shape: readonly number[];
  /** Rows of a head whose halves are to be interleaved; 0: the rows stay as they are. */
  readonly headRows: number;
}

export function openWeights(folder: string): Weights {
  const open: SafetensorsFile[] = [];
  const close = () => {
    for (const file of open) file[Symbol.dispose]();
  };
  try {
    const tensors = new Map<string, { file: SafetensorsFile; tensor: SafetensorsTensor }>();
    for (const path of shards(folder)) {
      const file = openSafetensors(path);
      open.push(file);
      for (const tensor of file.tensors.values()) tensors.set(tensor.name, { file, tensor });
    }
    return { tensors, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function shards(folder: string): string[] {
  const index = join(folder, 'model.safetensors.index.json');
  if (!existsSync(join(folder, 'model.safetensors')) && existsSync(index)) {
    const map = readJsonObject(index).weight_map;
    if (!isObject(map)) failJson(index, { en: "it has no 'weight_map'", ja: '「weight_map」がありません' });
    return [...new Set(Object.values(map))].map((name) => {
      // The name comes from the file, so it must not lead out of the folder.
      if (typeof name === 'string' && name === basename(name) && name.endsWith('.safetensors'))
        return join(folder, name);
      return failJson(index, {
        en: `'${String(name)}' is not the name of a safetensors file beside it`,
        ja: `「${String(name)}」は同じフォルダーの safetensors ファイル名ではありません`,
      });
    });
  }
  const found = readdirSync(folder).filter((name) => /^model.*\.safetensors$/.test(name));
  if (found.length > 0) return found.sort().map((name) => join(folder, name));
  return failJson(folder, {
    en: 'it holds no model*.safetensors (PyTorch .bin weights are not read)',
    ja: 'model*.safetensors がありません(PyTorch の .bin 形式は読めません)',
  });
}

const ignored = /\.(rotary_emb\.inv_freq|attention\.masked_bias|attention\.bias)$/;

/**
 * Which tensor becomes which, in the order of the layers. Throws FormatError `model_tensor` where one is missing, has
 * another shape than config.json says, or is none of the architecture's.
 */
export function mapTensors(config: ModelConfig, weights: Weights): MappedTensor[] {
  const left = new Set([...weights.tensors.keys()].filter((name) => !ignored.test(name)));
  const mapped: MappedTensor[] = [];
  const take = (source: string, name: string, shape: readonly number[], headRows = 0, optional = false) => {
    const tensor = weights.tensors.get(source)?.tensor;
    if (tensor === undefined) {
      if (optional) return;
      throw wrongTensor(source, { en: 'it is missing', ja: '見つかりません' });
    }
    if (tensor.shape.join() !== shape.join()) {
      throw wrongTensor(source, {
        en: `its shape is [${tensor.shape.join(', ')}], config.json asks for [${shape.join(', ')}]`,
        ja: `形が [${tensor.shape.join(', ')}] で、config.json の [${shape.join(', ')}] と一致しません`,
      });
    }
    left.delete(source);
    mapped.push({ name, source, shape, headRows });
  };
  const { hidden, feedForward, headSize, heads, kvHeads, vocabulary } = config;
  const headRows = config.architecture === 'llama' ? headSize : 0;

  // A tied head and the embedding are one tensor, stored under either name.
  const embedding = 'model.embed_tokens.weight';
  const tiedName = config.tied && !left.has(embedding) ? 'lm_head.weight' : embedding;
  take(tiedName, 'token_embd.weight', [vocabulary, hidden]);
  for (let layer = 0; layer < config.layers; layer++) {
    const from = `model.layers.${layer}`;
    const to = `blk.${layer}`;
    take(`${from}.input_layernorm.weight`, `${to}.attn_norm.weight`, [hidden]);
    for (const [projection, part, out, input, rows] of [
      ['self_attn.q_proj', 'attn_q', heads * headSize, hidden, headRows],
      ['self_attn.k_proj', 'attn_k', kvHeads * headSize, hidden, headRows],
      ['self_attn.v_proj', 'attn_v', kvHeads * headSize, hidden, 0],
      ['self_attn.o_proj', 'attn_output', hidden, heads * headSize, 0],
      ['mlp.gate_proj', 'ffn_gate', feedForward, hidden, 0],
      ['mlp.up_proj', 'ffn_up', feedForward, hidden, 0],
      ['mlp.down_proj', 'ffn_down', hidden, feedForward, 0],
    ] as const) {
      take(`${from}.${projection}.weight`, `${to}.${part}.weight`, [out, input], rows);
      const needed = config.architecture === 'qwen2' && /attn_[qkv]/.test(part);
      take(`${from}.${projection}.bias`, `${to}.${part}.bias`, [out], rows, !needed);
    }
    take(`${from}.post_attention_layernorm.weight`, `${to}.ffn_norm.weight`, [hidden]);
  }
  take('model.norm.weight', 'output_norm.weight', [hidden]);
  if (config.tied) left.delete('lm_head.weight');
  else take('lm_head.weight', 'output.weight', [vocabulary, hidden]);
  for (const name of left) {
    throw wrongTensor(name, {
      en: `a model of the architecture '${config.architecture}' has no such tensor`,
      ja: `アーキテクチャ「${config.architecture}」にこのテンソルはありません`,
    });
  }
  return mapped;
}

function wrongTensor(tensor: string, reason: Reason): FormatError {
  return reasoned('model_tensor', { tensor }, reason);
}
