import { EngineError, failure, unknownFeature, type Words } from '../contract/engineError.ts';
import { supportedArchitectures, supportedTensorTypes } from '../contract/support.ts';
import { type GgufMetadata, numberOf, textOf } from '../formats/gguf/ggufValue.ts';
import type { GgufHeader } from '../formats/gguf/readGguf.ts';
import type { RopeSettings } from '../ggml/graph.ts';
import type { DecoderKind } from './decoderKind.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';

const architectures: readonly DecoderKind[] = [llama, qwen2];

/** Numbers of a model. Letters: D width, H heads, K key heads, d head width, F hidden width, V vocabulary. */
export interface ModelConfig {
  readonly architecture: DecoderKind['name'];
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headWidth: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly epsilon: number;
  readonly rope: RopeSettings;
  /** The head is the embedding table. */
  readonly tied: boolean;
}

/**
 * Reads and checks everything that the engine relies on, before anything is allocated.
 * @throws EngineError `model_architecture`, `model_feature`, `model_tensor`, `model_tensor_type`, `model_damaged`
 */
export function readConfig(header: GgufHeader): ModelConfig {
  const { metadata, path } = header;
  const name = textOf(metadata, 'general.architecture') ?? '';
  const architecture = architectures.find((candidate) => candidate.name === name);
  if (!architecture) {
    throw new EngineError('model_architecture', { architecture: name, supported: supportedArchitectures.join(', ') });
  }
  const damaged = (reason: Words) => failure('model_damaged', { path }, reason);
  const required = (key: string): number => {
    const value = numberOf(metadata, `${name}.${key}`);
    if (value === undefined || !(value > 0)) {
      throw damaged({
        en: `${name}.${key} is missing or is not a positive number`,
        ja: `${name}.${key} がないか、正の数ではありません`,
      });
    }
    return value;
  };
  const whole = (key: string): number => {
    const value = required(key);
    if (!Number.isSafeInteger(value)) {
      throw damaged({ en: `${name}.${key} is not a whole number`, ja: `${name}.${key} が整数ではありません` });
    }
    return value;
  };
  refuseFeatures(metadata, name);
  const width = whole('embedding_length');
  const heads = whole('attention.head_count');
  const keyHeads = numberOf(metadata, `${name}.attention.head_count_kv`) ?? heads;
  const headWidth = numberOf(metadata, `${name}.attention.key_length`) ?? width / heads;
  if ((numberOf(metadata, `${name}.attention.value_length`) ?? headWidth) !== headWidth) {
    throw unknownFeature({ en: 'values of another width than keys', ja: 'キーと幅の異なるバリュー' });
  }
  if (!Number.isSafeInteger(headWidth) || !Number.isSafeInteger(keyHeads) || keyHeads < 1 || heads % keyHeads !== 0) {
    throw damaged({ en: 'the numbers of heads do not fit each other', ja: 'ヘッドの数が互いに合いません' });
  }
  const table = header.tensors.find((tensor) => tensor.name === 'token_embd.weight');
  const config: ModelConfig = {
    architecture: architecture.name,
    layers: whole('block_count'),
    width,
    heads,
    keyHeads,
    headWidth,
    hidden: whole('feed_forward_length'),
    vocabulary: table?.shape[1] ?? 0,
    context: whole('context_length'),
    epsilon: required('attention.layer_norm_rms_epsilon'),
    rope: readRope(metadata, architecture, headWidth, whole('context_length')),
    tied: !header.tensors.some((tensor) => tensor.name === 'output.weight'),
  };
  checkTensors(header, config);
  return config;
}

export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly optional?: true;
}

/** Every tensor of a model, in the order in which files have them. */
export function expectedTensors(config: ModelConfig): ExpectedTensor[] {
  const { width: D, hidden: F, vocabulary: V } = config;
  const query = config.heads * config.headWidth;
  const key = config.keyHeads * config.headWidth;
  const linear = (name: string, inputs: number, outputs: number): ExpectedTensor[] => [
    { name: `${name}.weight`, shape: [inputs, outputs] },
    { name: `${name}.bias`, shape: [outputs], optional: true },
  ];
  const layer = (i: number): ExpectedTensor[] => [
    { name: `blk.${i}.attn_norm.weight`, shape: [D] },
    ...linear(`blk.${i}.attn_q`, D, query),
    ...linear(`blk.${i}.attn_k`, D, key),
    ...linear(`blk.${i}.attn_v`, D, key),
    ...linear(`blk.${i}.attn_output`, query, D),
    { name: `blk.${i}.ffn_norm.weight`, shape: [D] },
    ...linear(`blk.${i}.ffn_gate`, D, F),
    ...linear(`blk.${i}.ffn_up`, D, F),
    ...linear(`blk.${i}.ffn_down`, F, D),
  ];
  return [
    { name: 'token_embd.weight', shape: [D, V] },
    ...Array.from({ length: config.layers }, (_, i) => layer(i)).flat(),
    { name: 'output_norm.weight', shape: [D] },
    ...(config.tied ? [] : linear('output', D, V)),
    // Of the other architectures, llama.cpp loads no file that has them.
    ...(config.architecture === 'llama'
      ? [{ name: 'rope_freqs.weight', shape: [config.rope.dimensions / 2], optional: true as const }]
      : []),
  ];
}

function refuseFeatures(metadata: GgufMetadata, name: string): void {
  const positive = (key: string) => (numberOf(metadata, `${name}.${key}`) ?? 0) > 0;
  const has = (key: string) => metadata.has(`${name}.${key}`);
  const lists = ['attention.head_count', 'attention.head_count_kv', 'feed_forward_length'];
  const scale = ['attention.scale', 'logit_scale', 'residual_scale', 'embedding_scale'].find(has);
  if (positive('expert_count'))
    throw unknownFeature({ en: 'mixture of experts', ja: '専門家混合 (Mixture of Experts)' });
  if (positive('attention.sliding_window')) {
    throw unknownFeature({ en: 'sliding-window attention', ja: 'スライディングウィンドウ注意機構' });
  }
  if (metadata.get(`${name}.attention.causal`)?.value === false) {
    throw unknownFeature({ en: 'attention to later tokens', ja: '後続トークンへの注意 (双方向の注意機構)' });
  }
  if (lists.some((key) => metadata.get(`${name}.${key}`)?.type === 'array')) {
    throw unknownFeature({ en: 'layers of different shapes', ja: '層ごとに異なる形' });
  }
  if (scale) throw unknownFeature({ en: scale, ja: scale });
}

/**
 * As llama.cpp reads it: type `linear` where none is given, the scale the inverse of the factor. Of YaRN's own numbers it
 * takes the usual ones for these architectures, whatever the file says, and so must who trains for it.
 */
function readRope(
  metadata: GgufMetadata,
  { name, ropeMode }: DecoderKind,
  headWidth: number,
  context: number,
): RopeSettings {
  const number = (key: string) => numberOf(metadata, `${name}.rope.${key}`);
  const type = textOf(metadata, `${name}.rope.scaling.type`) ?? 'linear';
  if (!['none', 'linear', 'yarn'].includes(type)) {
    throw unknownFeature({ en: `rope scaling '${type}'`, ja: `RoPE スケーリング「${type}」` });
  }
  const factor = number('scaling.factor') || number('scale_linear') || 1;
  return {
    dimensions: number('dimension_count') ?? headWidth,
    mode: ropeMode,
    originalContext: number('scaling.original_context_length') ?? context,
    base: number('freq_base') ?? 10000,
    scale: type === 'none' ? 1 : 1 / factor,
    extrapolation: type === 'yarn' ? 1 : 0,
    attentionFactor: number('scaling.attn_factor') ?? 1,
    betaFast: 32,
    betaSlow: 1,
  };
}

function checkTensors(header: GgufHeader, config: ModelConfig): void {
  const found = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape, optional } of expectedTensors(config)) {
    const tensor = found.get(name);
    found.delete(name);
    if (!tensor) {
      if (optional) continue;
      throw failure('model_tensor', { tensor: name }, { en: 'it is missing', ja: 'ありません' });
    }
    if (!(supportedTensorTypes as readonly string[]).includes(tensor.type)) {
      throw new EngineError('model_tensor_type', {
        tensor: name,
        tensorType: tensor.type,
        supported: supportedTensorTypes.join(', '),
      });
    }
    const is = tensor.shape.filter((extent, i) => i === 0 || extent !== 1);
    const should = shape.filter((extent, i) => i === 0 || extent !== 1);
    if (is.length !== should.length || is.some((extent, i) => extent !== should[i])) {
      const [found, wanted] = [tensor.shape.join(' x '), shape.join(' x ')];
      throw failure(
        'model_tensor',
        { tensor: name },
        { en: `its shape is ${found}, it should be ${wanted}`, ja: `形が ${found} ですが、${wanted} のはずです` },
      );
    }
    if (shape.length === 1 && tensor.type !== 'F32') {
      throw new EngineError('model_tensor_type', { tensor: name, tensorType: tensor.type, supported: 'F32' });
    }
  }
  // A tensor that nothing here would use is part of a computation that the engine does not know.
  const unknown = [...found.keys()].find((name) => !/\.attn_rot_embd$|\.rope_freqs$/.test(name));
  if (unknown) throw unknownFeature({ en: `the tensor ${unknown}`, ja: `テンソル ${unknown}` });
}
