/* Stored weights to float, any part of a row that begins and ends on a block. Compiled once an instruction set. */
#pragma once
#include <string.h>
#include "kernelSet.h"
#include "tensor.h"

static inline float from_half(uint16_t h) {
#if defined(__F16C__) || defined(__AVX512F__)
  return _cvtsh_ss(h);
#elif defined(__ARM_FP16_FORMAT_IEEE)
  __fp16 v;
  memcpy(&v, &h, 2);
  return v;
#else
  uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 31, mantissa = h & 1023, bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | mantissa << 13;
  } else if (exponent) {
    bits = sign | (exponent + 112) << 23 | mantissa << 13;
  } else {
    float v = (float)mantissa * 5.9604644775390625e-8f;
    memcpy(&bits, &v, 4);
    bits |= sign;
  }
  float v;
  memcpy(&v, &bits, 4);
  return v;
#endif
}

static inline uint16_t read_u16(const uint8_t *p) {
  uint16_t v;
  memcpy(&v, p, 2);
  return v;
}

static inline float from_bf16(uint16_t b) {
  uint32_t bits = (uint32_t)b << 16;
  float v;
  memcpy(&v, &bits, 4);
  return v;
}

/* Rounds to nearest even, as the processors' own conversions do; NaN stays NaN. */
static inline uint16_t to_bf16(float v) {
  uint32_t bits;
  memcpy(&bits, &v, 4);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 64);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* The 6-bit scale and minimum of sub-block j of a Q4_K or Q5_K block (GGUF's format: 12 bytes for eight pairs). */
static inline void k_scale(const uint8_t *packed, int j, int *scale, int *minimum) {
  if (j < 4) {
    *scale = packed[j] & 63;
    *minimum = packed[j + 4] & 63;
  } else {
    *scale = (packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4;
    *minimum = (packed[j + 4] >> 4) | (packed[j] >> 6) << 4;
  }
}

static inline void dequantise_q4_k(const uint8_t *b, float *out) {
  float d = from_half(read_u16(b)), dmin = from_half(read_u16(b + 2));
  const uint8_t *q = b + 16;
  for (int j = 0; j < 8; j++) {
    int scale, minimum;
    k_scale(b + 4, j, &scale, &minimum);
    float s = d * (float)scale, m = dmin * (float)minimum;
    const uint8_t *part = q + (j >> 1) * 32;
    int shift = (j & 1) * 4;
    for (int l = 0; l < 32; l++) out[j * 32 + l] = s * (float)(part[l] >> shift & 15) - m;
  }
}

static inline void dequantise_q5_k(const uint8_t *b, float *out) {
  float d = from_half(read_u16(b)), dmin = from_half(read_u16(b + 2));
  const uint8_t *high = b + 16, *q = b + 48;
  for (int j = 0; j < 8; j++) {
    int scale, minimum;
    k_scale(b + 4, j, &scale, &minimum);
    float s = d * (float)scale, m = dmin * (float)minimum;
    const uint8_t *part = q + (j >> 1) * 32;
    int shift = (j & 1) * 4;
    for (int l = 0; l < 32; l++) {
      out[j * 32 + l] = s * (float)((part[l] >> shift & 15) | (high[l] >> j & 1) << 4) - m;
    }
  }
}

static inline void dequantise_q6_k(const uint8_t *b, float *out) {
  const uint8_t *low = b, *high = b + 128;
  const int8_t *scales = (const int8_t *)(b + 192);
  float d = from_half(read_u16(b + 208));
  for (int half = 0; half < 2; half++) {
    for (int part = 0; part < 4; part++) {
      const uint8_t *l = low + half * 64 + (part & 1) * 32;
      const uint8_t *h = high + half * 32;
      float *o = out + half * 128 + part * 32;
      for (int i = 0; i < 32; i++) {
        int q = (l[i] >> (part >> 1) * 4 & 15) | (h[i] >> part * 2 & 3) << 4;
        o[i] = d * (float)scales[half * 8 + part * 2 + i / 16] * (float)(q - 32);
      }
    }
  }
}

static inline void dequantise_q8_0(const uint8_t *b, float *out) {
  float d = from_half(read_u16(b));
  const int8_t *q = (const int8_t *)(b + 2);
  for (int i = 0; i < 32; i++) out[i] = d * (float)q[i];
}

static inline void dequantise_q4_0(const uint8_t *b, float *out) {
  float d = from_half(read_u16(b));
  for (int i = 0; i < 16; i++) {
    out[i] = d * (float)((b[2 + i] & 15) - 8);
    out[i + 16] = d * (float)((b[2 + i] >> 4) - 8);
  }
}

/* Values [from, from + count) of a row of blocks: whole blocks in place, and a part of one by way of a copy. */
#define DEQUANTISE_BLOCKS(one, size, bytes)                                                    \
  for (int64_t i = 0; i < count;) {                                                            \
    int64_t inside = (from + i) % (size), left = count - i;                                    \
    int64_t take = (size) - inside < left ? (size) - inside : left;                            \
    const uint8_t *b = p + (from + i) / (size) * (bytes);                                      \
    if (take == (size)) {                                                                      \
      one(b, out + i);                                                                         \
    } else {                                                                                   \
      float whole[size];                                                                       \
      one(b, whole);                                                                           \
      memcpy(out + i, whole + inside, (size_t)take * 4);                                       \
    }                                                                                          \
    i += take;                                                                                 \
  }

/* Values [from, from + count) of a row. */
static __attribute__((noinline)) void dequantise(const weights *w, int64_t row, int64_t from, int64_t count, float *out) {
  const uint8_t *p = w->data + row * w->row_bytes;
  switch (w->type) {
    case type_f32:
      memcpy(out, p + from * 4, (size_t)count * 4);
      return;
    case type_f16:
      for (int64_t i = 0; i < count; i++) out[i] = from_half(read_u16(p + (from + i) * 2));
      return;
    case type_bf16:
      for (int64_t i = 0; i < count; i++) out[i] = from_bf16(read_u16(p + (from + i) * 2));
      return;
    case type_q8_0:
      DEQUANTISE_BLOCKS(dequantise_q8_0, 32, 34);
      return;
    case type_q4_0:
      DEQUANTISE_BLOCKS(dequantise_q4_0, 32, 18);
      return;
    case type_q4_k:
      DEQUANTISE_BLOCKS(dequantise_q4_k, 256, 144);
      return;
    case type_q5_k:
      DEQUANTISE_BLOCKS(dequantise_q5_k, 256, 176);
      return;
    case type_q6_k:
      DEQUANTISE_BLOCKS(dequantise_q6_k, 256, 210);
      return;
  }
}
