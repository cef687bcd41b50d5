import { Worker } from 'node:worker_threads';
import { supportedArchitectures, supportedTensorTypes } from '../../native/contract/support.ts';
import { numberOf, textOf, textsOf } from '../../native/formats/gguf/ggufValue.ts';
import { type GgufHeader, readGgufHeader } from '../../native/formats/gguf/readGguf.ts';
import { checkLoraFits } from '../../native/formats/lora/loraGguf.ts';
import type { StoredError } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import { entryPoint } from '../files/entryPoint.ts';
import type { ModelFiles, StoredFacts } from '../models/ports.ts';
import { nativeError, withFormatErrors } from './formatErrors.ts';

export const modelFiles: ModelFiles = {
  facts: (path) => withFormatErrors(() => factsOf(readGgufHeader(path))),
  convert: (folder, output) => convertInWorker(folder, output),
  adapterFacts: (path, basePath) =>
    withFormatErrors(() => {
      const header = readGgufHeader(path);
      checkLoraFits(header, readGgufHeader(basePath));
      const ranks = header.tensors.filter(({ name }) => name.endsWith('.lora_b')).map(({ shape }) => shape[0]!);
      return {
        rank: Math.max(...ranks),
        // It was checked that there is one.
        alpha: numberOf(header.metadata, 'adapter.lora.alpha')!,
        baseHash: textOf(header.metadata, 'tatara.base_hash') ?? null,
      };
    }),
};

function factsOf(header: GgufHeader): StoredFacts {
  const { metadata, tensors, path } = header;
  if (textOf(metadata, 'general.type') === 'adapter') throw new TataraError('model_is_adapter', { path });
  const architecture = textOf(metadata, 'general.architecture') ?? '';
  const number = (key: string) => numberOf(metadata, `${architecture}.${key}`) ?? 0;
  const table = tensors.find(({ name }) => name === 'token_embd.weight');
  const licence = textOf(metadata, 'general.license');
  return {
    architecture,
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    layers: number('block_count'),
    embedding_length: number('embedding_length'),
    context_length: number('context_length'),
    vocabulary: table?.shape[1] ?? textsOf(metadata, 'tokenizer.ggml.tokens')?.length ?? 0,
    file_type: commonType(header),
    has_chat_template: textOf(metadata, 'tokenizer.chat_template') !== undefined,
    ...(licence === undefined ? {} : { licence }),
    training_refusal: refusal(header, architecture),
  };
}

/** The type that most of the weights have. */
function commonType({ tensors }: GgufHeader): string {
  const elements = new Map<string, number>();
  for (const tensor of tensors) elements.set(tensor.type, (elements.get(tensor.type) ?? 0) + tensor.elements);
  return [...elements].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'F32';
}

/** What the engine would refuse, as far as the header tells; the engine itself looks closer. */
function refusal({ tensors }: GgufHeader, architecture: string): StoredError | null {
  const refused = (code: StoredError['code'], details: StoredError['details']): StoredError => ({
    code,
    details,
    problems: [],
  });
  if (!supportedArchitectures.some((name) => name === architecture)) {
    return refused('model_architecture', { architecture, supported: supportedArchitectures.join(', ') });
  }
  const tensor = tensors.find(({ type }) => !supportedTensorTypes.some((name) => name === type));
  if (tensor) {
    const supported = supportedTensorTypes.join(', ');
    return refused('model_tensor_type', { tensor: tensor.name, tensorType: tensor.type, supported });
  }
  if (tensors.some(({ name }) => name === 'token_embd.weight')) return null;
  return refused('model_tensor', {
    tensor: 'token_embd.weight',
    reason: 'it is missing',
    reason_ja: 'ありません',
  });
}

/** Conversion reads and writes the whole model, so it must not stand in the way of everything else. */
function convertInWorker(folder: string, output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entryPoint('convert'), { workerData: { folder, output } });
    worker.once('message', (answer: ConvertAnswer) => {
      if (answer === null) resolve();
      else reject(nativeError(answer.code, answer.details));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the conversion ended with exit code ${code}`)));
  });
}

/** What the worker says at its end: null where all went well. */
export type ConvertAnswer = { readonly code: string; readonly details: Record<string, string | number> } | null;
