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
import { adaptedLinears, linearShape, transposeMatrix } from '../models/loadModel.ts';
import type { Model } from '../models/model.ts';
import type { Parameters } from '../models/parameters.ts';

export interface Results {
  readonly adapterPath?: string;
  readonly peftPath?: string;
  readonly modelPath?: string;
}

/** Writes what was trained: an adapter in both formats, or the whole model. */
export function writeResults(request: TrainRequest, model: Model, parameters: Parameters): Results {
  mkdirSync(request.runDirectory, { recursive: true });
  return request.method.kind === 'lora'
    ? writeAdapter(request, request.method, model, parameters)
    : writeModel(request, request.method.outputType, parameters);
}

function writeAdapter(
  request: TrainRequest,
  method: TrainRequest['method'] & { kind: 'lora' },
  model: Model,
  parameters: Parameters,
): Results {
  const { config } = model;
  const tensors = adaptedLinears(config, method.targets).map((name): LoraTensor => {
    const { inputs, outputs } = linearShape(config, name);
    const b = transposeMatrix(parameters.get(`${name}.b`), method.rank, outputs);
    return { name: `${name}.weight`, in: inputs, out: outputs, rank: method.rank, a: parameters.get(`${name}.a`), b };
  });
  const lora = {
    architecture: config.architecture,
    baseName: request.metadata.base_name ?? basename(request.basePath, '.gguf'),
    alpha: method.alpha,
    tensors,
    metadata: metadataOf(request),
  };
  const adapterPath = join(request.runDirectory, 'adapter.gguf');
  const peftPath = join(request.runDirectory, 'peft');
  writeLoraGguf(adapterPath, lora);
  writePeft(peftPath, { ...lora, dropout: method.dropout, heads: config.heads, kvHeads: config.keyHeads });
  return { adapterPath, peftPath };
}

/** The base's header with the trained values; matrices in the asked-for type where their rows allow it. */
function writeModel(request: TrainRequest, outputType: CodecName, parameters: Parameters): Results {
  using base = openGguf(request.basePath);
  const trained = new Set(parameters.specs.map((spec) => spec.name));
  const modelPath = join(request.runDirectory, 'model.gguf');
  const typeOf = (shape: readonly number[]): CodecName => {
    if (shape.length < 2) return 'F32';
    return outputType === 'Q8_0' && shape[0]! % 32 !== 0 ? 'F16' : outputType;
  };
  const metadata = new Map(base.header.metadata);
  for (const [key, value] of Object.entries(metadataOf(request))) metadata.set(`tatara.${key}`, text(value));
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
        data: () => [quantise(type, parameters.get(tensor.name))],
      };
    }),
  });
  return { modelPath };
}

function metadataOf(request: TrainRequest): Record<string, string> {
  return {
    ...request.metadata,
    base_hash: request.baseHash,
    engine_version: engineVersion,
    method: JSON.stringify(request.method),
    schedule: JSON.stringify(request.schedule),
  };
}
