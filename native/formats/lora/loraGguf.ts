import { dequantise, hasCodec } from '../codecs.ts';
import { FormatError, type Reason, reasoned } from '../formatError.ts';
import { float32, type GgufMetadata, type GgufValue, numberOf, text, textOf } from '../gguf/ggufValue.ts';
import { type GgufFile, type GgufHeader, type GgufTensor, openGguf } from '../gguf/readGguf.ts';
import { writeGguf } from '../gguf/writeGguf.ts';

/** The low-rank change of one matrix: W x + alpha / rank * B A x. */
export interface LoraTensor {
  /** Name of the base's tensor, e.g. `blk.0.attn_q.weight`. */
  readonly name: string;
  /** Length of x. */
  readonly in: number;
  /** Length of W x. */
  readonly out: number;
  readonly rank: number;
  /** [rank][in] */
  readonly a: Float32Array;
  /** [out][rank], its rows in the order of the base's rows in its GGUF. */
  readonly b: Float32Array;
}

export interface Lora {
  /** `general.architecture` of the base. */
  readonly architecture: string;
  /** For people: what the base is called. */
  readonly baseName?: string;
  readonly alpha: number;
  readonly tensors: readonly LoraTensor[];
  /** Where the adapter comes from; in the file each key has `tatara.` before it. */
  readonly metadata: Readonly<Record<string, string>>;
}

const ownPrefix = 'tatara.';

/** Writes an adapter in llama.cpp's format, F32. Source: src/llama-adapter.cpp and convert_lora_to_gguf.py of llama.cpp. */
export function writeLoraGguf(path: string, lora: Lora): void {
  const metadata: [string, GgufValue][] = [
    ['general.architecture', text(lora.architecture)],
    ['general.type', text('adapter')],
    ['adapter.type', text('lora')],
    ['adapter.lora.alpha', float32(lora.alpha)],
  ];
  if (lora.baseName !== undefined) {
    metadata.push(['general.base_model.count', { type: 'uint32', value: 1 }]);
    metadata.push(['general.base_model.0.name', text(lora.baseName)]);
  }
  for (const [key, value] of Object.entries(lora.metadata)) metadata.push([ownPrefix + key, text(value)]);
  writeGguf(path, {
    metadata,
    tensors: lora.tensors.flatMap(({ name, in: input, out, rank, a, b }) => [
      { name: `${name}.lora_a`, type: 'F32' as const, shape: [input, rank], data: a },
      { name: `${name}.lora_b`, type: 'F32' as const, shape: [rank, out], data: b },
    ]),
  });
}

/**
 * Reads an adapter in llama.cpp's format with tensors F32, F16, BF16 or Q8_0.
 * Throws FormatError: `model_damaged`, `adapter_mismatch` where it is no LoRA adapter, `model_tensor_type`.
 */
export function readLoraGguf(path: string): Lora {
  using file = openGguf(path);
  const { header } = file;
  const { architecture, alpha } = loraFacts(header);
  const tensors = loraPairs(header).map(
    ({ name, a, b }): LoraTensor => ({
      name,
      in: a.shape[0]!,
      out: b.shape[1] ?? 1,
      rank: b.shape[0]!,
      a: values(file, a),
      b: values(file, b),
    }),
  );
  const baseName = textOf(header.metadata, 'general.base_model.0.name');
  return {
    architecture,
    alpha,
    tensors,
    metadata: ownMetadata(header.metadata),
    ...(baseName === undefined ? {} : { baseName }),
  };
}

/**
 * Checks that an adapter can be put on a base: architecture, names and shapes.
 * Throws FormatError `adapter_mismatch` with the first thing that does not fit.
 */
export function checkLoraFits(adapter: GgufHeader, base: GgufHeader): void {
  const { architecture } = loraFacts(adapter);
  const baseArchitecture = textOf(base.metadata, 'general.architecture') ?? '';
  if (architecture !== baseArchitecture) {
    throw mismatch(adapter.path, {
      en: `it was made for the architecture '${architecture}', the base is '${baseArchitecture}'`,
      ja: `アーキテクチャ「${architecture}」用ですが、ベースは「${baseArchitecture}」です`,
    });
  }
  const byName = new Map(base.tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, a, b } of loraPairs(adapter)) {
    const weight = byName.get(name);
    if (weight === undefined) {
      throw mismatch(adapter.path, {
        en: `it changes '${name}', which the base does not have`,
        ja: `変更対象の「${name}」がベースにありません`,
      });
    }
    // Of an embedding, llama.cpp wants A and B the other way round, since its rows are looked up, not multiplied.
    const [input, output] = name === 'token_embd.weight' ? [b.shape[1], a.shape[1]] : [a.shape[0], b.shape[1]];
    if (input !== weight.shape[0] || output !== (weight.shape[1] ?? 1)) {
      throw mismatch(adapter.path, {
        en: `its '${name}' is for ${input} x ${output}, the base's is ${weight.shape.join(' x ')}`,
        ja: `「${name}」は ${input} x ${output} 用ですが、ベースは ${weight.shape.join(' x ')} です`,
      });
    }
  }
}

function loraFacts(header: GgufHeader): { architecture: string; alpha: number } {
  const kind = textOf(header.metadata, 'general.type');
  const adapterType = textOf(header.metadata, 'adapter.type');
  if (kind !== 'adapter' || adapterType !== 'lora') {
    throw mismatch(header.path, {
      en: `it is not a LoRA adapter but of type '${adapterType ?? kind ?? 'unknown'}'`,
      ja: `LoRA アダプターではありません(種類:「${adapterType ?? kind ?? '不明'}」)`,
    });
  }
  const architecture = textOf(header.metadata, 'general.architecture');
  const alpha = numberOf(header.metadata, 'adapter.lora.alpha');
  if (architecture === undefined || alpha === undefined || !Number.isFinite(alpha)) {
    throw mismatch(header.path, {
      en: 'it does not tell its architecture and alpha',
      ja: 'アーキテクチャまたは alpha が記録されていません',
    });
  }
  return { architecture, alpha };
}

function loraPairs(header: GgufHeader): { name: string; a: GgufTensor; b: GgufTensor }[] {
  const halves = new Map<string, { a?: GgufTensor; b?: GgufTensor }>();
  for (const tensor of header.tensors) {
    const [, name, half] = /^(.*)\.lora_([ab])$/s.exec(tensor.name) ?? [];
    if (name === undefined) {
      // Norms come along in some adapters; llama.cpp passes over them too.
      if (tensor.name.endsWith('_norm.weight')) continue;
      throw mismatch(header.path, {
        en: `its tensor '${tensor.name}' is not a part of a LoRA adapter`,
        ja: `テンソル「${tensor.name}」は LoRA アダプターのものではありません`,
      });
    }
    halves.set(name, { ...halves.get(name), [half === 'a' ? 'a' : 'b']: tensor });
  }
  if (halves.size === 0) throw mismatch(header.path, { en: 'it changes nothing', ja: '変更対象がありません' });
  return [...halves].map(([name, { a, b }]) => {
    if (a === undefined || b === undefined || a.shape.length > 2 || b.shape.length > 2) {
      throw mismatch(header.path, {
        en: `of '${name}' it has not both matrices A and B`,
        ja: `「${name}」の行列 A と B が揃っていません`,
      });
    }
    const ranks = name === 'token_embd.weight' ? [a.shape[0], b.shape[0]] : [a.shape[1] ?? 1, b.shape[0]];
    if (ranks[0] !== ranks[1]) {
      throw mismatch(header.path, {
        en: `A and B of '${name}' have the ranks ${ranks[0]} and ${ranks[1]}`,
        ja: `「${name}」の A と B のランクが ${ranks[0]} と ${ranks[1]} で一致しません`,
      });
    }
    return { name, a, b };
  });
}

function values(file: GgufFile, tensor: GgufTensor): Float32Array {
  if (hasCodec(tensor.type)) return dequantise(tensor.type, file.read(tensor));
  throw new FormatError('model_tensor_type', {
    tensor: tensor.name,
    tensorType: tensor.type,
    supported: 'F32, F16, BF16, Q8_0',
  });
}

function ownMetadata(metadata: GgufMetadata): Record<string, string> {
  const own: [string, string][] = [];
  for (const [key, { value }] of metadata) {
    if (key.startsWith(ownPrefix) && typeof value === 'string') own.push([key.slice(ownPrefix.length), value]);
  }
  return Object.fromEntries(own);
}

const mismatch = (path: string, reason: Reason) => reasoned('adapter_mismatch', { path }, reason);
