import { EngineError } from '../contract/engineError.ts';
import { supportedArchitectures, supportedTensorTypes } from '../contract/support.ts';
import { type GgufMetadata, numberOf, textOf } from '../formats/gguf/ggufValue.ts';
import type { GgufHeader } from '../formats/gguf/readGguf.ts';
import type { RopeSettings } from '../ggml/graph.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';

/** What differs between the decoders that are built of the same ops. */
export interface Architecture {
  readonly name: (typeof supportedArchitectures)[number];
  /** How the weights of q and k are ordered in the file. */
  readonly ropeMode: RopeSettings['mode'];
}

const architectures: readonly Architecture[] = [llama, qwen2];

/** Numbers of a model. Letters: D width, H heads, K key heads, d head width, F hidden width, V vocabulary. */
export interface ModelConfig {
  readonly architecture: Architecture['name'];
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
  const required = (key: string): number => {
    const value = numberOf(metadata, `${name}.${key}`);
    if (value === undefined || !(value > 0)) {
      throw new EngineError('model_damaged', { path, reason: `${name}.${key} is missing or is not a positive number` });
    }
    return value;
  };
  const whole = (key: string): number => {
    const value = required(key);
    if (!Number.isSafeInteger(value)) {
      throw new EngineError('model_damaged', { path, reason: `${name}.${key} is not a whole number` });
    }
    return value;
  };
  refuseFeatures(metadata, name);
  const width = whole('embedding_length');
  const heads = whole('attention.head_count');
  const keyHeads = numberOf(metadata, `${name}.attention.head_count_kv`) ?? heads;
  const headWidth = numberOf(metadata, `${name}.attention.key_length`) ?? width / heads;
  if ((numberOf(metadata, `${name}.attention.value_length`) ?? headWidth) !== headWidth) {
    throw new EngineError('model_feature', { feature: 'values of another width than keys' });
  }
  if (!Number.isSafeInteger(headWidth) || !Number.isSafeInteger(keyHeads) || keyHeads < 1 || heads % keyHeads !== 0) {
    throw new EngineError('model_damaged', { path, reason: 'the numbers of heads do not fit each other' });
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
    { name: 'rope_freqs.weight', shape: [config.rope.dimensions / 2], optional: true },
  ];
}

function refuseFeatures(metadata: GgufMetadata, name: string): void {
  const positive = (key: string) => (numberOf(metadata, `${name}.${key}`) ?? 0) > 0;
  const feature = positive('expert_count')
    ? 'mixture of experts'
    : positive('attention.sliding_window')
      ? 'sliding-window attention'
      : ['attention.head_count', 'attention.head_count_kv', 'feed_forward_length'].some(
            (key) => metadata.get(`${name}.${key}`)?.type === 'array',
          )
        ? 'layers of different shapes'
        : ['attention.scale', 'logit_scale', 'residual_scale', 'embedding_scale'].find((key) =>
            metadata.has(`${name}.${key}`),
          );
  if (feature) throw new EngineError('model_feature', { feature });
}

/** As llama.cpp reads it: type `linear` where none is given, the scale the inverse of the factor. */
function readRope(
  metadata: GgufMetadata,
  { name, ropeMode }: Architecture,
  headWidth: number,
  context: number,
): RopeSettings {
  const number = (key: string) => numberOf(metadata, `${name}.rope.${key}`);
  const type = textOf(metadata, `${name}.rope.scaling.type`) ?? 'linear';
  if (!['none', 'linear', 'yarn'].includes(type)) {
    throw new EngineError('model_feature', { feature: `rope scaling '${type}'` });
  }
  const factor = number('scaling.factor') || number('scale_linear') || 1;
  return {
    dimensions: number('dimension_count') ?? headWidth,
    mode: ropeMode,
    originalContext: number('scaling.original_context_length') ?? context,
    base: number('freq_base') ?? 10000,
    scale: type === 'none' ? 1 : 1 / factor,
    extrapolation: type === 'yarn' ? (number('scaling.yarn_ext_factor') ?? 1) : 0,
    attentionFactor: number('scaling.attn_factor') ?? 1,
    betaFast: number('scaling.yarn_beta_fast') ?? 32,
    betaSlow: number('scaling.yarn_beta_slow') ?? 1,
  };
}

function checkTensors(header: GgufHeader, config: ModelConfig): void {
  const found = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape, optional } of expectedTensors(config)) {
    const tensor = found.get(name);
    found.delete(name);
    if (!tensor) {
      if (optional) continue;
      throw new EngineError('model_tensor', { tensor: name, reason: 'it is missing' });
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
      throw new EngineError('model_tensor', {
        tensor: name,
        reason: `its shape is ${tensor.shape.join(' x ')}, it should be ${shape.join(' x ')}`,
      });
    }
    if (shape.length === 1 && tensor.type !== 'F32') {
      throw new EngineError('model_tensor_type', { tensor: name, tensorType: tensor.type, supported: 'F32' });
    }
  }
  // A tensor that nothing here would use is part of a computation that the engine does not know.
  const unknown = [...found.keys()].find((name) => !/\.attn_rot_embd$|\.rope_freqs$/.test(name));
  if (unknown) throw new EngineError('model_feature', { feature: `the tensor ${unknown}` });
}
