/**
 * The number formats of model files, to and from Float32Array, bit for bit as ggml computes them
 * (ggml-impl.h `ggml_compute_fp32_to_bf16`, ggml-quants.c `quantize_row_q8_0_ref`; f16 is IEEE 754 binary16).
 */
import type { GgmlTypeName } from './gguf/ggmlTypes.ts';

/** What weights can be stored as by this package; other types are read by ggml only. */
export const codecNames = ['F32', 'F16', 'BF16', 'Q8_0'] as const;
export type CodecName = (typeof codecNames)[number];

export function hasCodec(type: GgmlTypeName): type is CodecName {
  return (codecNames as readonly string[]).includes(type);
}

/** The values of a tensor's bytes; their count follows from the type. The bytes may start at any address. */
export function dequantise(type: CodecName, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  switch (type) {
    case 'F32':
      return new Float32Array(new Uint8Array(bytes).buffer);
    case 'F16':
      return decodeF16(new Uint16Array(new Uint8Array(bytes).buffer));
    case 'BF16':
      return decodeBf16(new Uint16Array(new Uint8Array(bytes).buffer));
    case 'Q8_0':
      return decodeQ8_0(bytes);
  }
}

/** The bytes of values in a type; F32 is a view, not a copy. Q8_0 needs a multiple of 32 values, all of them finite. */
export function quantise(type: CodecName, values: Float32Array): Uint8Array {
  switch (type) {
    case 'F32':
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    case 'F16':
      return new Uint8Array(encodeF16(values).buffer);
    case 'BF16':
      return new Uint8Array(encodeBf16(values).buffer);
    case 'Q8_0':
      return encodeQ8_0(values);
  }
}

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** To the nearest, ties to even; too large becomes infinite, NaN stays NaN with its sign. */
export function encodeF16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values);
  const out = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = f16OfBits(bits[i]!);
  return out;
}

export function decodeF16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = f16Table();
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

function f16OfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From 65520 on, half way past the largest, the nearest is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  // Up to half of the smallest denormal, 2^-25, the nearest even one is zero.
  if (magnitude <= 0x33000000) return sign;
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const half = 1 << (shift - 1);
  const rest = mantissa & ((half << 1) - 1);
  const whole = mantissa >>> shift;
  return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0));
}

let table: Float32Array | undefined;

function f16Table(): Float32Array {
  table ??= Float32Array.from({ length: 0x10000 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  });
  return table;
}

/** To the nearest, ties to even; NaN stays NaN. */
export function encodeBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values);
  const out = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    const notANumber = (value & 0x7fffffff) > 0x7f800000;
    out[i] = notANumber ? (value >>> 16) | 64 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
  return out;
}

export function decodeBf16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

const block = 32;
const blockBytes = 34;

/** Blocks of 32 values: the scale d = amax / 127 as f16, then round(x / d) as int8. */
export function encodeQ8_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  if (values.length % block !== 0) throw new RangeError(`Q8_0 needs a multiple of ${block} values`);
  const out = new Uint8Array((values.length / block) * blockBytes);
  for (let b = 0, at = 0; b < values.length; b += block, at += blockBytes) {
    let largest = 0;
    for (let i = 0; i < block; i++) {
      const magnitude = Math.abs(values[b + i]!);
      if (!(magnitude < Number.POSITIVE_INFINITY)) throw new RangeError('Q8_0 cannot hold NaN or infinite values');
      if (magnitude > largest) largest = magnitude;
    }
    const d = Math.fround(largest / 127);
    const inverse = d === 0 ? 0 : Math.fround(1 / d);
    scratchFloat[0] = d;
    const half = f16OfBits(scratchBits[0]!);
    out[at] = half & 0xff;
    out[at + 1] = half >>> 8;
    for (let i = 0; i < block; i++) {
      const scaled = Math.fround(values[b + i]! * inverse);
      // C's roundf: halves away from zero.
      const rounded = Math.floor(Math.abs(scaled) + 0.5);
      out[at + 2 + i] = scaled < 0 ? -rounded : rounded;
    }
  }
  return out;
}

export function decodeQ8_0(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  if (bytes.length % blockBytes !== 0) throw new RangeError(`Q8_0 needs a multiple of ${blockBytes} bytes`);
  const scales = f16Table();
  const out = new Float32Array((bytes.length / blockBytes) * block);
  for (let at = 0, b = 0; at < bytes.length; at += blockBytes, b += block) {
    const d = scales[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let i = 0; i < block; i++) out[b + i] = ((bytes[at + 2 + i]! << 24) >> 24) * d;
  }
  return out;
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
