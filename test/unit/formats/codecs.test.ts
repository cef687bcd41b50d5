import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CodecName,
  codecNames,
  decodeBf16,
  decodeF16,
  dequantise,
  encodeBf16,
  encodeF16,
  encodeQ8_0,
  quantise,
} from '../../../native/formats/codecs.ts';
import golden from './codecs.golden.json' with { type: 'json' };

const anyFloat = fc.float32Array({ minLength: 1, maxLength: 64 });
const allHalves = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

// V8's own conversion is the independent reference for binary16; its types are not in TypeScript's ES2024.
type HalfView = DataView & { getFloat16(at: number): number; setFloat16(at: number, value: number): void };
const half = new DataView(new ArrayBuffer(2)) as HalfView;

function f16Reference(value: number): number {
  half.setFloat16(0, value);
  return half.getUint16(0);
}

const isNan16 = (bits: number) => (bits & 0x7fff) > 0x7c00;

test('every f16 decodes as V8 decodes it', () => {
  const decoded = decodeF16(allHalves);
  for (const bits of allHalves) {
    half.setUint16(0, bits);
    assert.ok(Object.is(decoded[bits], half.getFloat16(0)), `0x${bits.toString(16)}`);
  }
});

test('every f16 survives decoding and encoding', () => {
  const back = encodeF16(decodeF16(allHalves));
  for (const bits of allHalves) {
    if (isNan16(bits)) assert.ok(isNan16(back[bits]!));
    else assert.equal(back[bits], bits);
  }
});

test('f16 rounds to the nearest, ties to even, everywhere', () => {
  const decoded = decodeF16(allHalves.subarray(0, 0x7c00));
  const values: number[] = [65519.996, 65520, -65520, 1e10, 2 ** -25, 2 ** -25 * 1.0000001, 2 ** -26, -0, 1e-45];
  for (let i = 1; i < decoded.length; i++) {
    const middle = (decoded[i - 1]! + decoded[i]!) / 2;
    values.push(middle, middle * (1 + 2 ** -23), middle * (1 - 2 ** -24));
  }
  const floats = Float32Array.from(values);
  const encoded = encodeF16(floats);
  for (let i = 0; i < floats.length; i++) assert.equal(encoded[i], f16Reference(floats[i]!), `${floats[i]}`);
});

test('f16 of any float is that of V8', () => {
  fc.assert(
    fc.property(anyFloat, (values) => {
      const encoded = encodeF16(values);
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) assert.ok(isNan16(encoded[i]!));
        else assert.equal(encoded[i], f16Reference(values[i]!));
      }
    }),
    { numRuns: 500 },
  );
});

test('every bf16 survives decoding and encoding', () => {
  const back = encodeBf16(decodeBf16(allHalves));
  for (const bits of allHalves) {
    if ((bits & 0x7fff) > 0x7f80) assert.ok((back[bits]! & 0x7fff) > 0x7f80);
    else assert.equal(back[bits], bits);
  }
});

test('bf16 rounds to the nearer neighbour, a tie to the even one', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
      const low = bits >>> 16;
      const [encoded] = encodeBf16(Float32Array.of(value));
      const below = bits & 0xffff;
      const up = below > 0x8000 || (below === 0x8000 && low % 2 === 1);
      assert.equal(encoded, Number.isFinite(value) ? low + (up ? 1 : 0) : low);
    }),
    { numRuns: 1000 },
  );
});

test('all codecs agree with those of llama.cpp, byte for byte', () => {
  const values = new Float32Array(new Uint8Array(Buffer.from(golden.values, 'base64')).buffer);
  for (const name of ['Q8_0', 'F16', 'BF16'] as const) {
    assert.equal(Buffer.from(quantise(name, values)).toString('base64'), golden[name], name);
  }
  const back = dequantise('Q8_0', Buffer.from(golden.Q8_0, 'base64'));
  assert.equal(Buffer.from(back.buffer).toString('base64'), golden.dequantisedQ8_0);
});

test('Q8_0 comes back within half a step and the rounding of its scale', () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-6e4), max: Math.fround(6e4) });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 32, maxLength: 32 }), (block) => {
      const values = Float32Array.from(block);
      const back = dequantise('Q8_0', encodeQ8_0(values));
      const largest = Math.max(...values.map(Math.abs));
      // The scale is f16: relative 2^-11, or 2^-25 absolute where it is denormal, times at most 127.
      const bound = largest / 127 / 2 + largest * 2 ** -11 + 127 * 2 ** -25 + 1e-6 * largest;
      for (let i = 0; i < 32; i++) assert.ok(Math.abs(back[i]! - values[i]!) <= bound);
    }),
    { numRuns: 500 },
  );
});

test('Q8_0 refuses what it cannot hold', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const values = new Float32Array(64).fill(1);
    values[40] = bad;
    assert.throws(() => encodeQ8_0(values), RangeError);
  }
  assert.throws(() => encodeQ8_0(new Float32Array(33)), RangeError);
  assert.throws(() => dequantise('Q8_0', new Uint8Array(35)), RangeError);
});

test('bytes may begin at any address', () => {
  const values = Float32Array.from({ length: 32 }, (_, i) => i - 16);
  for (const name of codecNames satisfies readonly CodecName[]) {
    const bytes = quantise(name, values);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    assert.deepEqual(dequantise(name, shifted.subarray(1)), dequantise(name, bytes), name);
  }
});
