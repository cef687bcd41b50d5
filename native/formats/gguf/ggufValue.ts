/** Metadata values of GGUF with their types kept, so that what is read can be written again as it was. */
export type GgufValue = GgufScalar | GgufArray;

export type GgufScalar =
  | { readonly type: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32'; readonly value: number }
  | { readonly type: 'float32' | 'float64'; readonly value: number }
  | { readonly type: 'uint64' | 'int64'; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

export type GgufArray =
  | { readonly type: 'array'; readonly itemType: 'uint8'; readonly value: Uint8Array }
  | { readonly type: 'array'; readonly itemType: 'int8'; readonly value: Int8Array }
  | { readonly type: 'array'; readonly itemType: 'uint16'; readonly value: Uint16Array }
  | { readonly type: 'array'; readonly itemType: 'int16'; readonly value: Int16Array }
  | { readonly type: 'array'; readonly itemType: 'uint32'; readonly value: Uint32Array }
  | { readonly type: 'array'; readonly itemType: 'int32'; readonly value: Int32Array }
  | { readonly type: 'array'; readonly itemType: 'float32'; readonly value: Float32Array }
  | { readonly type: 'array'; readonly itemType: 'float64'; readonly value: Float64Array }
  | { readonly type: 'array'; readonly itemType: 'uint64'; readonly value: BigUint64Array }
  | { readonly type: 'array'; readonly itemType: 'int64'; readonly value: BigInt64Array }
  | { readonly type: 'array'; readonly itemType: 'bool'; readonly value: readonly boolean[] }
  | { readonly type: 'array'; readonly itemType: 'string'; readonly value: readonly string[] };

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** The numbers of the types in the file are the places in this list. Source: docs/gguf.md of ggml. */
export const ggufValueTypes = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
] as const;
export type GgufValueType = (typeof ggufValueTypes)[number];

export const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
export const float32 = (value: number): GgufValue => ({ type: 'float32', value });
export const bool = (value: boolean): GgufValue => ({ type: 'bool', value });
export const text = (value: string): GgufValue => ({ type: 'string', value });
export const texts = (value: readonly string[]): GgufValue => ({ type: 'array', itemType: 'string', value });
export const int32s = (value: ArrayLike<number>): GgufValue => ({
  type: 'array',
  itemType: 'int32',
  value: Int32Array.from(value),
});
export const float32s = (value: ArrayLike<number>): GgufValue => ({
  type: 'array',
  itemType: 'float32',
  value: Float32Array.from(value),
});

/** A number of any numeric type, or undefined where the key is absent or is not a number that a double holds exactly. */
export function numberOf(metadata: GgufMetadata, key: string): number | undefined {
  const value = metadata.get(key)?.value;
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return undefined;
  const number = Number(value);
  return BigInt(number) === value ? number : undefined;
}

export function textOf(metadata: GgufMetadata, key: string): string | undefined {
  const value = metadata.get(key)?.value;
  return typeof value === 'string' ? value : undefined;
}

export function boolOf(metadata: GgufMetadata, key: string): boolean | undefined {
  const value = metadata.get(key)?.value;
  return typeof value === 'boolean' ? value : undefined;
}

export function textsOf(metadata: GgufMetadata, key: string): readonly string[] | undefined {
  const value = metadata.get(key);
  return value?.type === 'array' && value.itemType === 'string' ? value.value : undefined;
}
