import { basename, resolve } from 'node:path';
import { type CodecName, codecNames, quantise } from '../codecs.ts';
import { FormatError, reasoned } from '../formatError.ts';
import { ggmlBytes } from '../gguf/ggmlTypes.ts';
import { type GgufValue, text, uint32 } from '../gguf/ggufValue.ts';
import { type GgufTensorSource, writeGguf } from '../gguf/writeGguf.ts';
import { interleaveHeads } from '../rowOrder.ts';
import { type SafetensorsFile, type SafetensorsTensor, safetensorsValues } from '../safetensors/readSafetensors.ts';
import { modelMetadata, readModelConfig, ropeFrequencyFactors } from './modelConfig.ts';
import { tokenizerMetadata } from './tokenizer.ts';
import { type MappedTensor, mapTensors, openWeights } from './weights.ts';

export interface ImportOptions {
  /** What the matrices are stored as; left out: as they are. Norms and biases are always F32. */
  readonly outputType?: CodecName;
  /** `general.name`; the folder's name where left out. */
  readonly name?: string;
  /** llama.cpp's name of the pre-tokenizer, for a byte-level BPE whose own is not recognised. */
  readonly preTokenizer?: string;
  /** Told after each piece that was written, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

export interface ImportedModel {
  readonly architecture: string;
  readonly parameters: number;
  readonly tensors: number;
}

/**
 * Writes a model in Hugging Face's form (config.json, *.safetensors, tokenizer.json and what lies beside them) as GGUF 3,
 * as llama.cpp's converter would. Everything is checked before the first byte is written; the weights pass through
 * piece by piece. Throws FormatError: `model_architecture`, `model_feature`, `model_tensor`, `model_tensor_type`,
 * `model_damaged`, `disk_full`.
 */
export function importHuggingFace(folder: string, output: string, options: ImportOptions = {}): ImportedModel {
  const config = readModelConfig(folder);
  const tokenizer = tokenizerMetadata(folder, config.vocabulary, config.raw, options.preTokenizer);
  using weights = openWeights(folder);
  const mapped = mapTensors(config, weights);
  const parameters = mapped.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  let written = 0;
  const progress = (elements: number) => {
    written += elements;
    options.onProgress?.(written / parameters);
  };
  const tensors: GgufTensorSource[] = [];
  const factors = ropeFrequencyFactors(config);
  if (factors !== undefined) {
    tensors.push({ name: 'rope_freqs.weight', type: 'F32', shape: [factors.length], data: factors });
  }
  for (const entry of mapped) {
    const { file, tensor } = weights.tensors.get(entry.source)!;
    const type = storedType(entry, tensor, options.outputType);
    const data = () => pieces(entry, file, tensor, type, progress);
    tensors.push({ name: entry.name, type, shape: entry.shape.toReversed(), data });
  }
  const metadata: [string, GgufValue][] = [
    ['general.architecture', text(config.architecture)],
    ['general.type', text('model')],
    ['general.name', text(options.name ?? basename(resolve(folder)))],
    ['general.size_label', text(sizeLabel(parameters))],
    ['general.file_type', uint32(fileType(tensors))],
    ['general.quantization_version', uint32(2)],
    ...modelMetadata(config),
    ...tokenizer,
  ];
  writeGguf(output, { metadata, tensors });
  return { architecture: config.architecture, parameters, tensors: tensors.length };
}

function storedType(entry: MappedTensor, tensor: SafetensorsTensor, asked: CodecName | undefined): CodecName {
  if (safetensorsValues(tensor.dtype, new Uint8Array(0)) === undefined) {
    throw new FormatError('model_tensor_type', {
      tensor: tensor.name,
      tensorType: tensor.dtype,
      supported: 'F64, F32, F16, BF16',
    });
  }
  if (entry.shape.length < 2) return 'F32';
  const stored = codecNames.find((name) => name === tensor.dtype) ?? 'F32';
  // llama.cpp's converter, too, falls back to F16 for rows that are no whole blocks.
  if (asked === 'Q8_0' && entry.shape[1]! % 32 !== 0) return 'F16';
  return asked ?? stored;
}

const pieceElements = 1 << 21;

function* pieces(
  entry: MappedTensor,
  file: SafetensorsFile,
  tensor: SafetensorsTensor,
  type: CodecName,
  progress: (elements: number) => void,
): Generator<Uint8Array> {
  const rows = entry.shape[0]!;
  const rowElements = entry.shape[1] ?? 1;
  const rowBytes = tensor.bytes / rows;
  const unit = Math.max(1, entry.headRows);
  const rowsAtOnce = Math.max(unit, Math.floor(pieceElements / rowElements / unit) * unit);
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - row);
    const stored = file.read(tensor, row * rowBytes, count * rowBytes);
    const bytes = entry.headRows === 0 ? stored : interleaveHeads(stored, entry.headRows, rowBytes);
    yield type === tensor.dtype ? bytes : convert(file, tensor, type, bytes);
    progress(count * rowElements);
  }
}

function convert(file: SafetensorsFile, tensor: SafetensorsTensor, type: CodecName, bytes: Uint8Array): Uint8Array {
  const values = safetensorsValues(tensor.dtype, bytes)!;
  if (type === 'Q8_0' && !values.every(Number.isFinite)) {
    throw reasoned(
      'model_tensor',
      { tensor: tensor.name, path: file.path },
      { en: 'it holds NaN or infinite values', ja: 'NaN または無限大の値が含まれています' },
    );
  }
  return quantise(type, values);
}

/** `general.file_type`, llama.cpp's `enum llama_ftype`: the type that most bytes are of. */
function fileType(tensors: readonly GgufTensorSource[]): number {
  const bytes = { F32: 0, F16: 0, BF16: 0, Q8_0: 0 };
  for (const { type, shape } of tensors) {
    bytes[type as CodecName] += ggmlBytes(
      type,
      shape.reduce((product, length) => product * length, 1),
    );
  }
  const most = codecNames.reduce((best, name) => (bytes[name] > bytes[best] ? name : best));
  return { F32: 0, F16: 1, Q8_0: 7, BF16: 32 }[most];
}

/** As llama.cpp's `size_label`: 656K, 1.2B. */
function sizeLabel(parameters: number): string {
  const [unit, letter] = parameters >= 1e9 ? [1e9, 'B'] : parameters >= 1e6 ? [1e6, 'M'] : [1e3, 'K'];
  const scaled = parameters / unit;
  return `${scaled.toFixed(scaled < 10 ? 1 : 0).replace(/\.0$/, '')}${letter}`;
}
