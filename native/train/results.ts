import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { engineVersion } from '../contract/engineVersion.ts';
import type { TrainRequest } from '../contract/messages.ts';
import { type CodecName, quantise } from '../formats/codecs.ts';
import { text } from '../formats/gguf/ggufValue.ts';
import { openGguf } from '../formats/gguf/readGguf.ts';
import { writeGguf } from '../formats/gguf/writeGguf.ts';
import { type LoraTensor, writeLoraGguf } from '../formats/lora/loraGguf.ts';
import { writePeft } from '../formats/lora/writePeft.ts';
import type { ModelConfig } from '../models/architecture.ts';
import { adaptedLinears, linearShape, transposeMatrix } from '../models/loadModel.ts';

/** What a result is made for and by, and where it goes: `directory`. */
export interface ResultOrder extends Pick<TrainRequest, 'basePath' | 'baseHash' | 'method' | 'schedule' | 'metadata'> {
  readonly directory: string;
  /** In llama.cpp's format alone, to be asked right away. */
  readonly forAsking?: boolean;
}

/** What was trained, by name. */
export interface TrainedValues {
  readonly specs: readonly { readonly name: string }[];
  get(name: string): Float32Array;
}

export interface Results {
  readonly adapterPath?: string;
  readonly peftPath?: string;
  readonly modelPath?: string;
}

/** Writes what was trained: an adapter in both formats, or the whole model. */
export function writeResults(order: ResultOrder, config: ModelConfig, values: TrainedValues): Results {
  mkdirSync(order.directory, { recursive: true });
  return order.method.kind === 'lora'
    ? writeAdapter(order, order.method, config, values)
    : writeModel(order, order.method.outputType, values);
}

function writeAdapter(
  order: ResultOrder,
  method: TrainRequest['method'] & { kind: 'lora' },
  config: ModelConfig,
  values: TrainedValues,
): Results {
  const tensors = adaptedLinears(config, method.targets).map((name): LoraTensor => {
    const { inputs, outputs } = linearShape(config, name);
    const b = transposeMatrix(values.get(`${name}.b`), method.rank, outputs);
    return { name: `${name}.weight`, in: inputs, out: outputs, rank: method.rank, a: values.get(`${name}.a`), b };
  });
  const lora = {
    architecture: config.architecture,
    baseName: order.metadata.base_name ?? basename(order.basePath, '.gguf'),
    alpha: method.alpha,
    tensors,
    metadata: metadataOf(order),
  };
  const adapterPath = join(order.directory, 'adapter.gguf');
  const peftPath = join(order.directory, 'peft');
  writeLoraGguf(adapterPath, lora);
  if (order.forAsking) return { adapterPath };
  writePeft(peftPath, { ...lora, dropout: method.dropout, heads: config.heads, kvHeads: config.keyHeads });
  return { adapterPath, peftPath };
}

/** The base's header with the trained values; matrices in the asked-for type where their rows allow it. */
function writeModel(order: ResultOrder, outputType: CodecName, values: TrainedValues): Results {
  using base = openGguf(order.basePath);
  const trained = new Set(values.specs.map((spec) => spec.name));
  const modelPath = join(order.directory, 'model.gguf');
  const typeOf = (shape: readonly number[]): CodecName => {
    if (shape.length < 2) return 'F32';
    return outputType === 'Q8_0' && shape[0]! % 32 !== 0 ? 'F16' : outputType;
  };
  const metadata = new Map(base.header.metadata);
  for (const [key, value] of Object.entries(metadataOf(order))) metadata.set(`tatara.${key}`, text(value));
  // Numbers of llama.cpp's file types: 0 all F32, 1 mostly F16, 7 mostly Q8_0.
  metadata.set('general.file_type', { type: 'uint32', value: { F32: 0, F16: 1, BF16: 32, Q8_0: 7 }[outputType] });
  writeGguf(modelPath, {
    metadata,
    tensors: base.header.tensors.map((tensor) => {
      if (!trained.has(tensor.name)) return { ...tensor, data: () => [base.read(tensor)] };
      const type = typeOf(tensor.shape);
      return {
        name: tensor.name,
        type,
        shape: tensor.shape,
        data: () => [quantise(type, values.get(tensor.name))],
      };
    }),
  });
  return { modelPath };
}

function metadataOf(order: ResultOrder): Record<string, string> {
  return {
    ...order.metadata,
    base_hash: order.baseHash,
    engine_version: engineVersion,
    method: JSON.stringify(order.method),
    schedule: JSON.stringify(order.schedule),
  };
}
