/*
 * What every instruction set has: written with the compiler's vectors, so that one source serves AVX-512, AVX2, NEON and
 * plain C. The includer sets LANES (floats a vector), VECTORS (vectors a panel row) and ROWS_F32 (rows of a tile), so
 * that ROWS_F32 * VECTORS sums, VECTORS weights and one activation fit the registers.
 */
#pragma once
#include <math.h>
#include "dequantise.h"

#define COLUMNS (LANES * VECTORS)

typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef float lanes_unaligned __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

static inline __attribute__((always_inline)) void tile_f32_of(const int rows, int64_t k, const char *x, int64_t x_stride,
                                                              const float *panel, float *y, int64_t y_stride,
                                                              int columns) {
  lanes sum[ROWS_F32][VECTORS];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) sum[r][v] = (lanes){0};
  for (int64_t i = 0; i < k; i++) {
    lanes b[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) b[v] = *(const lanes *)(panel + i * COLUMNS + v * LANES);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      float a = *(const float *)(x + r * x_stride + i * 4);
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; v++) sum[r][v] += b[v] * a;
    }
  }
  if (columns == COLUMNS) {
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; v++) *(lanes_unaligned *)(y + r * y_stride + v * LANES) += sum[r][v];
    return;
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) {
    float out[COLUMNS];
    memcpy(out, sum[r], sizeof out);
    for (int c = 0; c < columns; c++) y[r * y_stride + c] += out[c];
  }
}

#define TILE_CASE(function, rows) \
  case rows: function(rows, TILE_ARGUMENTS); return

static void tile_f32(int rows, int64_t k, const void *x, int64_t x_stride, const float *panel, float *y,
                     int64_t y_stride, int columns) {
#define TILE_ARGUMENTS k, x, x_stride, panel, y, y_stride, columns
  switch (rows) {
    TILE_CASE(tile_f32_of, 1);
    TILE_CASE(tile_f32_of, 2);
    TILE_CASE(tile_f32_of, 3);
    TILE_CASE(tile_f32_of, 4);
#if ROWS_F32 > 4
    TILE_CASE(tile_f32_of, 5);
    TILE_CASE(tile_f32_of, 6);
#endif
#if ROWS_F32 > 6
    TILE_CASE(tile_f32_of, 7);
    TILE_CASE(tile_f32_of, 8);
#endif
#if ROWS_F32 > 8
    TILE_CASE(tile_f32_of, 9);
    TILE_CASE(tile_f32_of, 10);
    TILE_CASE(tile_f32_of, 11);
    TILE_CASE(tile_f32_of, 12);
    TILE_CASE(tile_f32_of, 13);
    TILE_CASE(tile_f32_of, 14);
#endif
  }
#undef TILE_ARGUMENTS
}

/* [k][COLUMNS]. Where the last panel is narrower, the columns that are not there are zero. */
static void panel_rows_f32(const weights *w, int64_t first, int columns, int64_t from, int64_t to, float *panel) {
  enum { part = 64 };
  float row[part];
  if (columns < COLUMNS) memset(panel, 0, (size_t)(to - from) * COLUMNS * 4);
  for (int64_t k = from; k < to; k += part) {
    int64_t count = to - k < part ? to - k : part;
    for (int c = 0; c < columns; c++) {
      dequantise(w, first + c, k, count, row);
      float *out = panel + (k - from) * COLUMNS + c;
      for (int64_t i = 0; i < count; i++) out[i * COLUMNS] = row[i];
    }
  }
}

static void panel_columns_f32(const weights *w, int64_t first, int columns, int64_t from, int64_t to, float *panel) {
  if (columns < COLUMNS) memset(panel, 0, (size_t)(to - from) * COLUMNS * 4);
  for (int64_t k = from; k < to; k++) dequantise(w, k, first, columns, panel + (k - from) * COLUMNS);
}

/*
 * One block of activations in int8: x = scale * q with q in [-levels, levels], stored as q + levels + 1. A value that is
 * no number would vanish in the conversion, so it makes the scale no number and with it every sum that it is in.
 */
static inline float quantise_block(const float *x, int count, int levels, uint8_t *out) {
  float largest = 0, poison = 0;
  for (int i = 0; i < count; i++) {
    float size = fabsf(x[i]);
    largest = size > largest ? size : largest;
    poison += x[i] * 0.0f;
  }
  float scale = largest / (float)levels;
  float inverse = largest > 0 ? (float)levels / largest : 0.0f;
  if (!(inverse <= 3.4e38f)) inverse = 0, scale = 0;
  for (int i = 0; i < block; i++) {
    int q = i < count && poison == 0 ? (int)rintf(x[i] * inverse) : 0;
    out[i] = (uint8_t)(q + levels + 1);
  }
  return scale + poison;
}

/* A block of a row of weights in int8, and its scale. What the file has in 8 or 4 bits is taken as it is. */
static inline float weights_block(const weights *w, int64_t row, int64_t k, int count, int8_t *out) {
  const uint8_t *p = w->data + row * w->row_bytes;
  if (w->type == type_q8_0) {
    const uint8_t *b = p + k / 32 * 34;
    memcpy(out, b + 2, 32);
    return from_half(read_u16(b));
  }
  if (w->type == type_q4_0) {
    const uint8_t *b = p + k / 32 * 18;
    for (int i = 0; i < 16; i++) {
      out[i] = (int8_t)((b[2 + i] & 15) - 8);
      out[i + 16] = (int8_t)((b[2 + i] >> 4) - 8);
    }
    return from_half(read_u16(b));
  }
  float values[block] = {0};
  uint8_t shifted[block];
  dequantise(w, row, k, count, values);
  float scale = quantise_block(values, block, 127, shifted);
  for (int i = 0; i < block; i++) out[i] = (int8_t)(shifted[i] - 128);
  return scale;
}

typedef int32_t ints __attribute__((vector_size(LANES * 4)));

static inline lanes load(const float *p) { return *(const lanes_unaligned *)p; }
static inline void store(float *p, lanes v) { *(lanes_unaligned *)p = v; }
static inline lanes spread(float v) { return (lanes){0} + v; }

static inline float sum_of(lanes v) {
  float parts[LANES], sum = 0;
  memcpy(parts, &v, sizeof parts);
  for (int i = 0; i < LANES; i++) sum += parts[i];
  return sum;
}

/*
 * exp(x) = 2^n exp(r), |r| <= ln 2 / 2, with the series of exp up to r^7 / 7!: the rest is below 6e-9. Below -87 it is 0,
 * as a float's own range ends there; above 88 it stays finite. What is no number stays none.
 */
static inline lanes exp_of(lanes x) {
  ints low = x < -87.0f, high = x > 88.0f;
  lanes clipped = (lanes)(((ints)spread(-87.0f) & low) | ((ints)spread(88.0f) & high) | ((ints)x & ~(low | high)));
  /* Adding and taking away 1.5 * 2^23 rounds to the nearest whole number. */
  lanes n = clipped * 1.44269504088896341f + 12582912.0f;
  ints whole = (ints)n - (ints)spread(12582912.0f);
  n -= 12582912.0f;
  lanes r = clipped - n * 0.693359375f + n * 2.12194440e-4f;
  lanes p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  lanes result = p * (lanes)((whole + 127) << 23);
  ints number = x == x;
  return (lanes)((((ints)result & ~low) & number) | ((ints)x & ~number));
}

/* Runs a body on whole vectors and once more on the padded rest. The body reads with IN(name) and writes with OUT. */
static inline lanes load_part(const float *p, int64_t count, float rest) {
  float parts[LANES];
  for (int i = 0; i < LANES; i++) parts[i] = i < count ? p[i] : rest;
  return load(parts);
}

static inline void store_part(float *p, lanes v, int64_t count) {
  float parts[LANES];
  memcpy(parts, &v, sizeof parts);
  for (int64_t i = 0; i < count; i++) p[i] = parts[i];
}

#define EACH(count, whole, part) \
  do {                            \
    int64_t i = 0;                \
    for (; i + LANES <= (count); i += LANES) { whole; } \
    int64_t left = (count) - i;   \
    if (left > 0) { part; }       \
  } while (0)

static float dot(const float *a, const float *b, int64_t count) {
  lanes sum[4] = {{0}};
  int64_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES)
    for (int j = 0; j < 4; j++) sum[j] += load(a + i + j * LANES) * load(b + i + j * LANES);
  for (; i + LANES <= count; i += LANES) sum[0] += load(a + i) * load(b + i);
  float total = sum_of((sum[0] + sum[1]) + (sum[2] + sum[3]));
  for (; i < count; i++) total += a[i] * b[i];
  return total;
}

static void add_scaled(float *y, const float *x, float factor, int64_t count) {
  EACH(count, store(y + i, load(y + i) + load(x + i) * factor),
       for (; i < (count); i++) y[i] += x[i] * factor);
}

static void exp_row(float *s, int64_t count, float scale, float log_sum) {
  EACH(count, store(s + i, exp_of(load(s + i) * scale - log_sum)),
       store_part(s + i, exp_of(load_part(s + i, left, 0) * scale - log_sum), left));
}

static float softmax_row(float *s, int64_t count, float scale, float *sum) {
  float highest = s[0];
  for (int64_t i = 0; i < count; i++) highest = s[i] > highest || s[i] != s[i] ? s[i] : highest;
  highest *= scale;
  lanes total = {0};
  float rest = 0;
  EACH(count,
       {
         lanes e = exp_of(load(s + i) * scale - highest);
         total += e;
         store(s + i, e);
       },
       {
         store_part(s + i, exp_of(load_part(s + i, left, 0) * scale - highest), left);
         for (; i < count; i++) rest += s[i];
       });
  *sum = sum_of(total) + rest;
  return highest;
}

static void softmax_back_row(float *dp, const float *p, float shared, float scale, int64_t count) {
  EACH(count, store(dp + i, load(p + i) * (load(dp + i) - shared) * scale),
       for (; i < (count); i++) dp[i] = p[i] * (dp[i] - shared) * scale);
}

static inline lanes sigmoid_of(lanes x) { return 1.0f / (1.0f + exp_of(-x)); }

static void swiglu_row(const float *gate, const float *up, float *h, int64_t count) {
  EACH(count,
       {
         lanes g = load(gate + i);
         store(h + i, g * sigmoid_of(g) * load(up + i));
       },
       {
         lanes g = load_part(gate + i, left, 0);
         store_part(h + i, g * sigmoid_of(g) * load_part(up + i, left, 0), left);
       });
}

#define SWIGLU_BACK(get, put)                    \
  lanes g = get(gate), u = get(up), d = get(dh); \
  lanes s = sigmoid_of(g), silu = g * s;         \
  put(dup, d * silu);                            \
  put(dgate, d * u * (s + silu * (1.0f - s)))

static void swiglu_back_row(const float *dh, const float *gate, const float *up, float *dgate, float *dup,
                            int64_t count) {
#define GET(p) load(p + i)
#define PUT(p, v) store(p + i, v)
#define GET_PART(p) load_part(p + i, left, 0)
#define PUT_PART(p, v) store_part(p + i, v, left)
  EACH(count, SWIGLU_BACK(GET, PUT), SWIGLU_BACK(GET_PART, PUT_PART));
#undef GET
#undef PUT
#undef GET_PART
#undef PUT_PART
}

static inline float inverse_rms(const float *x, float epsilon, int64_t count) {
  return 1.0f / sqrtf(dot(x, x, count) / (float)count + epsilon);
}

static void rms_norm_row(const float *x, const float *weight, float epsilon, float *y, int64_t count) {
  float inverse = inverse_rms(x, epsilon, count);
  EACH(count, store(y + i, load(x + i) * inverse * load(weight + i)),
       for (; i < (count); i++) y[i] = x[i] * inverse * weight[i]);
}

/* With n = x / rms and dn = dy * weight: dx = (dn - n * mean(n * dn)) / rms. */
static void rms_norm_back_row(const float *dy, const float *x, const float *weight, const float *residual,
                              float epsilon, float *dx, int64_t count) {
  float inverse = inverse_rms(x, epsilon, count);
  lanes total = {0};
  float rest = 0;
  EACH(count, total += load(dy + i) * load(weight + i) * load(x + i),
       for (; i < (count); i++) rest += dy[i] * weight[i] * x[i]);
  float shared = (sum_of(total) + rest) * inverse * inverse / (float)count;
  if (residual) {
    EACH(count, store(dx + i, (load(dy + i) * load(weight + i) - load(x + i) * shared) * inverse + load(residual + i)),
         for (; i < (count); i++) dx[i] = (dy[i] * weight[i] - x[i] * shared) * inverse + residual[i]);
  } else {
    EACH(count, store(dx + i, (load(dy + i) * load(weight + i) - load(x + i) * shared) * inverse),
         for (; i < (count); i++) dx[i] = (dy[i] * weight[i] - x[i] * shared) * inverse);
  }
}

/* The members that every set has in common. */
#define PLAIN_KERNELS                                                                                         \
  .columns = COLUMNS, .rows_f32 = ROWS_F32, .panel_rows_f32 = panel_rows_f32,                                 \
  .panel_columns_f32 = panel_columns_f32, .tile_f32 = tile_f32, .softmax_row = softmax_row, .exp_row = exp_row, \
  .dot = dot, .add_scaled = add_scaled, .softmax_back_row = softmax_back_row, .swiglu_row = swiglu_row,       \
  .swiglu_back_row = swiglu_back_row, .rms_norm_row = rms_norm_row, .rms_norm_back_row = rms_norm_back_row
