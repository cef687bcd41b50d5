import { EngineError, failure } from '../contract/engineError.ts';
import type { Method } from '../contract/messages.ts';
import { dequantise } from '../formats/codecs.ts';
import { type GgufFile, type GgufTensor, openGguf } from '../formats/gguf/readGguf.ts';
import type { Lora } from '../formats/lora/loraGguf.ts';
import { Arena, upload } from '../ggml/arena.ts';
import { Device } from '../ggml/device.ts';
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import { Transposer, transposedType } from '../ggml/transposer.ts';
import { bytesOf, type WeightType } from '../ggml/types.ts';
import type { Linear } from '../ops/linear.ts';
import type { LoraPair } from '../ops/lora.ts';
import { type ModelConfig, readConfig } from './architecture.ts';
import { type Layer, type LayerLinear, layerLinears, linearNames, type Model, type Norm } from './model.ts';
import { type ParameterSpec, Parameters } from './parameters.ts';

/** What is to be done with the model. */
export type Purpose =
  | { readonly kind: 'train'; readonly method: Method; readonly transposedCopies: boolean }
  | { readonly kind: 'evaluate'; readonly adapter: Lora | null };

export interface LoadedModel extends Disposable {
  readonly model: Model;
  /** What is trained, or the adapter's values; null for the bare base. */
  readonly parameters: Parameters | null;
  /** Bytes of the weights on the device, copies included. */
  readonly bytes: number;
}

/** Rows that are transposed at a time; a multiple of every type's block. */
const transposedRows = 256;
const readBytes = 1 << 24;

/**
 * @throws EngineError of reading the model; `model_tensor_type` where full training meets a tensor that is not F32;
 * `lora_target` where the head is to be adapted and is the embedding table.
 */
export async function loadModel(
  device: Device,
  path: string,
  purpose: Purpose,
  onProgress: (fraction: number) => void,
): Promise<LoadedModel> {
  using file = openGguf(path);
  const config = readConfig(file.header);
  if (purpose.kind === 'train') refuseMethod(file.header.tensors, config, purpose.method);
  const plan = new LoadPlan(device, file, config, purpose);
  try {
    await plan.load(onProgress);
    return plan;
  } catch (error) {
    plan[Symbol.dispose]();
    throw error;
  }
}

/** Bytes that the transposed copies of a model would take. */
export function transposedBytes(path: string): number {
  using file = openGguf(path);
  const config = readConfig(file.header);
  return copiedLinears(config, true)
    .map((name) => file.tensor(`${headName(config, name)}.weight`)!)
    .reduce((sum, { type, shape }) => {
      const [inputs = 0, outputs = 0] = shape;
      return sum + bytesOf(transposedType(type as WeightType, outputs), outputs) * inputs;
    }, 0);
}

class LoadPlan implements LoadedModel {
  readonly model: Model;
  readonly parameters: Parameters | null;
  readonly #device: Device;
  readonly #file: GgufFile;
  readonly #purpose: Purpose;
  readonly #arena: Arena;
  readonly #weights = new Map<string, Tensor>();
  readonly #copies = new Map<string, Tensor>();

  constructor(device: Device, file: GgufFile, config: ModelConfig, purpose: Purpose) {
    this.#device = device;
    this.#file = file;
    this.#purpose = purpose;
    const { tensors } = file.header;
    const full = purpose.kind === 'train' && purpose.method.kind === 'full';
    this.#arena = new Arena(device, tensors.length * 2 + 1);
    const held = tensors.filter((tensor) => !full || isConstant(tensor));
    for (const tensor of held)
      this.#weights.set(tensor.name, this.#arena.declare(weightType(tensor), shapeOfFile(tensor)));
    if (purpose.kind === 'train' && purpose.transposedCopies && !full) {
      for (const name of copiedLinears(config, lowestNeedsInput(purpose.method))) {
        const { type, shape } = this.#weights.get(`${headName(config, name)}.weight`)!;
        const [inputs, outputs] = shape;
        this.#copies.set(
          name,
          this.#arena.declare(transposedType(type as WeightType, outputs), shapeOf(outputs, inputs)),
        );
      }
    }
    this.#arena.allocate(tensors.reduce((sum, tensor) => sum + tensor.bytes, 0) * 2);
    const specs = full
      ? tensors
          .filter((tensor) => !isConstant(tensor))
          .map((tensor) => ({ name: tensor.name, shape: shapeOfFile(tensor) }))
      : loraSpecs(config, purpose);
    this.parameters = specs.length > 0 ? new Parameters(device, specs) : null;
    this.model = this.#build(config, full);
  }

  get bytes(): number {
    return this.#arena.bytes + (this.parameters?.bytes ?? 0);
  }

  async load(onProgress: (fraction: number) => void): Promise<void> {
    const { tensors } = this.#file.header;
    const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    let done = 0;
    using cpu =
      this.#copies.size > 0 && this.#device.facts.kind !== 'cpu' ? new Device(this.#device.ggml, 'CPU', null) : null;
    using transposer = this.#copies.size > 0 ? new Transposer(cpu ?? this.#device) : null;
    for (const tensor of tensors) {
      const weight = this.#weights.get(tensor.name);
      if (!weight) this.parameters!.set(tensor.name, dequantise('F32', this.#file.read(tensor)));
      else await this.#upload(tensor, weight, transposer);
      done += tensor.bytes;
      onProgress(done / total);
    }
    if (this.#purpose.kind === 'evaluate' && this.#purpose.adapter) this.#setAdapter(this.#purpose.adapter);
  }

  [Symbol.dispose](): void {
    this.parameters?.[Symbol.dispose]();
    this.#arena[Symbol.dispose]();
  }

  async #upload(tensor: GgufTensor, weight: Tensor, transposer: Transposer | null): Promise<void> {
    const copies = [...this.#copies].filter(([name]) => `${headName(this.model.config, name)}.weight` === tensor.name);
    const copy = copies[0]?.[1];
    const [inputs, outputs] = weight.shape;
    const row = bytesOf(weight.type, inputs);
    const rows = copy ? transposedRows : Math.max(1, Math.floor(readBytes / row));
    const buffer = new Uint8Array(Math.min(rows, outputs) * row);
    for (let first = 0; first < outputs; first += rows) {
      const count = Math.min(rows, outputs - first);
      const bytes = buffer.subarray(0, count * row);
      this.#file.readInto(tensor, bytes, first * row);
      upload(this.#device, weight, bytes, first * row);
      if (copy) await transposer!.put(this.#device, copy, bytes, weight.type as WeightType, count, first);
    }
  }

  #setAdapter(adapter: Lora): void {
    for (const { name, a, b, rank, out } of adapter.tensors) {
      const linear = name.replace(/\.weight$/, '');
      this.parameters!.set(`${linear}.a`, a);
      this.parameters!.set(`${linear}.b`, transposeMatrix(b, out, rank));
    }
  }

  #build(config: ModelConfig, full: boolean): Model {
    const weight = (name: string): Tensor => this.#weights.get(name) ?? this.parameters!.value(name);
    const gradient = (name: string): Tensor | null => (full ? this.parameters!.gradient(name) : null);
    const norm = (name: string): Norm => ({ weight: weight(`${name}.weight`), gradient: gradient(`${name}.weight`) });
    const has = (name: string) => this.#file.tensor(name) !== undefined;
    const linear = (name: string): Linear => {
      const stored = headName(config, name);
      const bias = has(`${name}.bias`) ? `${name}.bias` : null;
      return {
        weight: weight(`${stored}.weight`),
        transposed: this.#copies.get(name) ?? null,
        bias: bias === null ? null : weight(bias),
        lora: this.#pair(name),
        gradient: full ? { weight: gradient(`${stored}.weight`)!, bias: bias === null ? null : gradient(bias) } : null,
      };
    };
    const layer = (i: number): Layer => {
      const linears = layerLinears.map((name) => [name, linear(`blk.${i}.${linearNames[name]}`)] as const);
      return {
        ...(Object.fromEntries(linears) as Record<LayerLinear, Linear>),
        attentionNorm: norm(`blk.${i}.attn_norm`),
        hiddenNorm: norm(`blk.${i}.ffn_norm`),
      };
    };
    return {
      config,
      embedding: { table: weight('token_embd.weight'), gradient: gradient('token_embd.weight') },
      layers: Array.from({ length: config.layers }, (_, i) => layer(i)),
      outputNorm: norm('output_norm'),
      head: linear('output'),
      ropeFactors: this.#weights.get('rope_freqs.weight') ?? null,
    };
  }

  #pair(name: string): LoraPair | null {
    const scale = loraScale(this.#purpose, name);
    if (scale === null) return null;
    const parameters = this.parameters!;
    return {
      a: parameters.value(`${name}.a`),
      b: parameters.value(`${name}.b`),
      gradient:
        this.#purpose.kind === 'train'
          ? { a: parameters.gradient(`${name}.a`), b: parameters.gradient(`${name}.b`) }
          : null,
      scale,
    };
  }
}

/** Names of the linears that the method adapts, as the file calls them, without `.weight`. */
export function adaptedLinears(config: ModelConfig, targets: readonly string[]): string[] {
  const layers = Array.from({ length: config.layers }, (_, i) =>
    layerLinears.filter((name) => targets.includes(name)).map((name) => `blk.${i}.${linearNames[name]}`),
  ).flat();
  return targets.includes('head') ? [...layers, 'output'] : layers;
}

/** Inputs and outputs of a linear. */
export function linearShape(config: ModelConfig, name: string): { readonly inputs: number; readonly outputs: number } {
  const { width: D, hidden: F } = config;
  const query = config.heads * config.headWidth;
  const key = config.keyHeads * config.headWidth;
  const suffix = name.replace(/^blk\.\d+\./, '');
  const shapes: Readonly<Record<string, readonly [number, number]>> = {
    attn_q: [D, query],
    attn_k: [D, key],
    attn_v: [D, key],
    attn_output: [query, D],
    ffn_gate: [D, F],
    ffn_up: [D, F],
    ffn_down: [F, D],
    output: [D, config.vocabulary],
  };
  const [inputs, outputs] = shapes[suffix]!;
  return { inputs, outputs };
}

function loraSpecs(config: ModelConfig, purpose: Purpose): ParameterSpec[] {
  const pair = (name: string, rank: number): ParameterSpec[] => {
    const { inputs, outputs } = linearShape(config, name);
    return [
      { name: `${name}.a`, shape: shapeOf(inputs, rank) },
      { name: `${name}.b`, shape: shapeOf(outputs, rank) },
    ];
  };
  if (purpose.kind === 'evaluate') {
    return (purpose.adapter?.tensors ?? []).flatMap(({ name, rank }) => pair(name.replace(/\.weight$/, ''), rank));
  }
  const { method } = purpose;
  if (method.kind !== 'lora') return [];
  return adaptedLinears(config, method.targets).flatMap((name) => pair(name, method.rank));
}

function loraScale(purpose: Purpose, name: string): number | null {
  if (purpose.kind === 'evaluate') {
    const tensor = purpose.adapter?.tensors.find((candidate) => candidate.name === `${name}.weight`);
    return tensor ? purpose.adapter!.alpha / tensor.rank : null;
  }
  const { method } = purpose;
  if (method.kind !== 'lora') return null;
  const short = name === 'output' ? 'head' : layerLinears.find((key) => name.endsWith(`.${linearNames[key]}`))!;
  return method.targets.includes(short) ? method.alpha / method.rank : null;
}

/** Linears whose input's gradient is needed: all, but q, k and v of the lowest layer where nothing lies below. */
function copiedLinears(config: ModelConfig, lowest: boolean): string[] {
  const all = adaptedLinears(config, [...layerLinears, 'head']);
  return lowest ? all : all.filter((name) => !/^blk\.0\.attn_[qkv]$/.test(name));
}

function lowestNeedsInput(method: Method): boolean {
  return method.kind === 'full';
}

/** A tied head's weights are the embedding's. */
function headName(config: ModelConfig, name: string): string {
  return name === 'output' && config.tied ? 'token_embd' : name;
}

/** Not a weight: the frequencies of the rotation. */
function isConstant(tensor: GgufTensor): boolean {
  return tensor.name === 'rope_freqs.weight';
}

function refuseMethod(tensors: readonly GgufTensor[], config: ModelConfig, method: Method): void {
  if (method.kind === 'lora') {
    if (!config.tied || !method.targets.includes('head')) return;
    throw failure(
      'lora_target',
      { target: 'head' },
      {
        en: 'its head is its embedding table, and llama.cpp loads no adapter for a head that is',
        ja: 'ヘッドが埋め込み表と共有されており、そのようなヘッドのアダプターを llama.cpp は読み込めません',
      },
    );
  }
  const narrow = tensors.find((tensor) => tensor.type !== 'F32');
  if (narrow) {
    throw new EngineError('model_tensor_type', { tensor: narrow.name, tensorType: narrow.type, supported: 'F32' });
  }
}

/** readConfig has refused every other type. */
function weightType(tensor: GgufTensor): WeightType {
  return tensor.type as WeightType;
}

function shapeOfFile(tensor: GgufTensor) {
  return shapeOf(tensor.shape[0]!, tensor.shape[1], tensor.shape[2], tensor.shape[3]);
}

/** [rows][columns] -> [columns][rows] */
export function transposeMatrix(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j]!;
  return out;
}
