import { join } from 'node:path';
import { FormatError, unsupported } from '../formatError.ts';
import { float32, type GgufValue, text, uint32 } from '../gguf/ggufValue.ts';
import { failJson, isObject, type JsonObject, readJsonObject } from './jsonFile.ts';

/** What the import has to know of a model's `config.json`. */
export interface ModelConfig {
  readonly architecture: 'llama' | 'qwen2';
  readonly layers: number;
  readonly hidden: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  readonly tied: boolean;
  readonly ropeBase: number;
  readonly rope: RopeScaling;
  /** The file as it is, for what is only passed on. */
  readonly raw: JsonObject;
  readonly path: string;
}

export type RopeScaling =
  | { readonly type: 'none' }
  | { readonly type: 'linear'; readonly factor: number }
  | { readonly type: 'yarn'; readonly factor: number; readonly originalContext: number; readonly raw: JsonObject }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequency: number;
      readonly highFrequency: number;
      readonly originalContext: number;
    };

const architectures: Readonly<Record<string, ModelConfig['architecture']>> = {
  LlamaForCausalLM: 'llama',
  Qwen2ForCausalLM: 'qwen2',
};

/**
 * Reads `config.json`. Throws FormatError: `model_architecture`, `model_feature` for what the GGUF architecture cannot
 * express or the engine does not compute, `model_damaged` for a value that is missing or of the wrong kind.
 */
export function readModelConfig(folder: string): ModelConfig {
  const path = join(folder, 'config.json');
  const raw = readJsonObject(path);
  const named = Array.isArray(raw.architectures) ? raw.architectures[0] : raw.model_type;
  const architecture =
    typeof named === 'string' && Object.hasOwn(architectures, named) ? architectures[named] : undefined;
  if (architecture === undefined) {
    const supported = Object.keys(architectures).join(', ');
    throw new FormatError('model_architecture', { architecture: String(named ?? 'unknown'), supported, path });
  }
  refuseFeatures(raw);
  const count = (key: string, fallback?: number) => positiveInteger(path, raw, key, fallback);
  const hidden = count('hidden_size');
  const heads = count('num_attention_heads');
  const kvHeads = count('num_key_value_heads', heads);
  const headSize = count('head_dim', Math.floor(hidden / heads));
  if (heads % kvHeads !== 0 || headSize % 2 !== 0) {
    failJson(path, {
      en: `${heads} heads of ${headSize} with ${kvHeads} key-value heads do not go together`,
      ja: `ヘッド数 ${heads}(大きさ ${headSize})と KV ヘッド数 ${kvHeads} の組み合わせが正しくありません`,
    });
  }
  const rope = isObject(raw.rope_parameters) ? raw.rope_parameters : isObject(raw.rope_scaling) ? raw.rope_scaling : {};
  return {
    architecture,
    layers: count('num_hidden_layers'),
    hidden,
    feedForward: count('intermediate_size'),
    heads,
    kvHeads,
    headSize,
    vocabulary: count('vocab_size'),
    tied: raw.tie_word_embeddings === true,
    ropeBase: positiveNumber(path, { rope_theta: rope.rope_theta ?? raw.rope_theta }, 'rope_theta', 10000),
    rope: ropeScaling(path, rope, raw),
    raw,
    path,
  };
}

/** The `<architecture>.*` metadata. Source: TextModel.set_gguf_parameters in conversion/base.py of llama.cpp. */
export function modelMetadata(config: ModelConfig): [string, GgufValue][] {
  const { path, raw, rope } = config;
  const entries: [string, GgufValue][] = [
    ['block_count', uint32(config.layers)],
    ['context_length', uint32(positiveInteger(path, raw, 'max_position_embeddings', 2048))],
    ['embedding_length', uint32(config.hidden)],
    ['feed_forward_length', uint32(config.feedForward)],
    ['attention.head_count', uint32(config.heads)],
    ['attention.head_count_kv', uint32(config.kvHeads)],
    ['rope.freq_base', float32(config.ropeBase)],
    ['attention.layer_norm_rms_epsilon', float32(positiveNumber(path, raw, 'rms_norm_eps', 1e-6))],
    ['vocab_size', uint32(config.vocabulary)],
  ];
  if (typeof raw.head_dim === 'number') {
    entries.push(
      ['attention.key_length', uint32(config.headSize)],
      ['attention.value_length', uint32(config.headSize)],
    );
  }
  if (config.architecture === 'llama') entries.push(['rope.dimension_count', uint32(config.headSize)]);
  if (rope.type === 'linear' || rope.type === 'yarn') {
    entries.push(['rope.scaling.type', text(rope.type)], ['rope.scaling.factor', float32(rope.factor)]);
  }
  if (rope.type === 'yarn') {
    entries.push(['rope.scaling.original_context_length', uint32(rope.originalContext)]);
    const optional = [
      ['yarn_ext_factor', rope.raw.extrapolation_factor],
      ['yarn_attn_factor', rope.raw.attention_factor ?? rope.raw.attn_factor],
      ['yarn_beta_fast', rope.raw.beta_fast],
      ['yarn_beta_slow', rope.raw.beta_slow],
    ] as const;
    for (const [key, value] of optional) {
      if (typeof value === 'number') entries.push([`rope.scaling.${key}`, float32(value)]);
    }
  }
  return entries.map(([key, value]) => [`${config.architecture}.${key}`, value]);
}

/**
 * The divisors of Llama 3's rope frequencies, one for each pair, for the tensor `rope_freqs.weight`; undefined where the
 * model has none. Source: LlamaModel.generate_extra_tensors in conversion/llama.py of llama.cpp.
 */
export function ropeFrequencyFactors(config: ModelConfig): Float32Array<ArrayBuffer> | undefined {
  const { rope, headSize, ropeBase } = config;
  if (rope.type !== 'llama3') return undefined;
  return Float32Array.from({ length: headSize / 2 }, (_, pair) => {
    const wavelength = 2 * Math.PI * ropeBase ** ((2 * pair) / headSize);
    if (wavelength < rope.originalContext / rope.highFrequency) return 1;
    if (wavelength > rope.originalContext / rope.lowFrequency) return rope.factor;
    const smooth = (rope.originalContext / wavelength - rope.lowFrequency) / (rope.highFrequency - rope.lowFrequency);
    return 1 / ((1 - smooth) / rope.factor + smooth);
  });
}

function ropeScaling(path: string, rope: JsonObject, raw: JsonObject): RopeScaling {
  const type = rope.rope_type ?? rope.type ?? 'default';
  const factor = () => positiveNumber(path, rope, 'factor');
  const originalContext = () =>
    positiveInteger(
      path,
      { original_max_position_embeddings: raw.original_max_position_embeddings, ...rope },
      'original_max_position_embeddings',
    );
  switch (type) {
    case 'default':
      return { type: 'none' };
    case 'linear':
      return { type: 'linear', factor: factor() };
    case 'yarn':
      return { type: 'yarn', factor: factor(), originalContext: originalContext(), raw: rope };
    case 'llama3':
      return {
        type: 'llama3',
        factor: factor(),
        lowFrequency: positiveNumber(path, rope, 'low_freq_factor', 1),
        highFrequency: positiveNumber(path, rope, 'high_freq_factor', 4),
        originalContext: originalContext(),
      };
    default:
      throw unsupported({ en: `rope scaling '${String(type)}'`, ja: `RoPE スケーリング「${String(type)}」` });
  }
}

function refuseFeatures(raw: JsonObject): void {
  const activation = raw.hidden_act ?? 'silu';
  if (activation !== 'silu') {
    throw unsupported({ en: `activation '${String(activation)}'`, ja: `活性化関数「${String(activation)}」` });
  }
  if (raw.use_sliding_window === true) {
    throw unsupported({ en: 'sliding window attention', ja: 'スライディングウィンドウ注意機構' });
  }
  if (isObject(raw.quantization_config)) {
    const method = String(raw.quantization_config.quant_method ?? 'unknown');
    throw unsupported({ en: `weights quantised by '${method}'`, ja: `「${method}」で量子化された重み` });
  }
  if (typeof raw.partial_rotary_factor === 'number' && raw.partial_rotary_factor !== 1) {
    throw unsupported({
      en: 'rope on a part of a head (partial_rotary_factor)',
      ja: 'ヘッドの一部だけへの RoPE (partial_rotary_factor)',
    });
  }
}

function positiveInteger(path: string, from: JsonObject, key: string, fallback?: number): number {
  const value = from[key] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31) return value;
  return failJson(path, {
    en: `'${key}' is not a positive whole number`,
    ja: `「${key}」が正の整数ではありません`,
  });
}

function positiveNumber(path: string, from: JsonObject, key: string, fallback?: number): number {
  const value = from[key] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  return failJson(path, { en: `'${key}' is not a positive number`, ja: `「${key}」が正の数ではありません` });
}
