/*
 * Products in int8 on 256-bit registers. The includer sets LEVELS, the largest activation (63 where the sums of two
 * products must fit 16 bits, else 127), and DOT(sum, activations, weights), which adds products of four neighbours.
 */
#pragma once
#include <immintrin.h>
#define LANES 8
#define VECTORS 2
#define ROWS_F32 6
#include "plain.h"

/* 6 whole sums and 6 scaled ones, 2 weights, an activation: 15 of 16 registers. */
enum { rows_int8 = 3 };

static void pack_int8(const float *x, int64_t width, void *out) {
  uint8_t *o = out;
  int64_t padded = round_up(width, block);
  float *scales = (float *)(o + padded);
  for (int64_t i = 0; i < padded; i += block) {
    scales[i / block] = quantise_block(x + i, width - i < block ? (int)(width - i) : block, LEVELS, o + i);
  }
}

/* For each block: 16 scales, 16 start values (the activations' offset times the column's sum), [8][16 columns][4]. */
static void panel_rows_int8(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint8_t *panel) {
  for (int64_t k = from; k < to; k += block) {
    uint8_t *out = panel + (k - from) / block * int8_block_bytes(COLUMNS);
    float *scales = (float *)out;
    int32_t *starts = (int32_t *)(out + COLUMNS * 4);
    int32_t *values = (int32_t *)(out + COLUMNS * 8);
    for (int c = 0; c < COLUMNS; c++) {
      int8_t row[block] = {0};
      scales[c] = c < columns ? weights_block(w, first + c, k, to - k < block ? (int)(to - k) : block, row) : 0;
      int32_t sum = 0;
      for (int i = 0; i < block; i++) sum += row[i];
      starts[c] = -(LEVELS + 1) * sum;
      for (int q = 0; q < block / 4; q++) memcpy(values + q * COLUMNS + c, row + q * 4, 4);
    }
  }
}

static inline __attribute__((always_inline)) void tile_int8_of(const int rows, int64_t k, const char *x,
                                                               const char *scales, int64_t x_stride,
                                                               const uint8_t *panel, float *y, int64_t y_stride,
                                                               int columns) {
  __m256 sum[rows_int8][2];
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm256_setzero_ps();
  for (int64_t i = 0; i < k; i += block, panel += int8_block_bytes(COLUMNS)) {
    const __m256i *p = (const __m256i *)panel;
    __m256i whole[rows_int8][2];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) whole[r][0] = _mm256_loadu_si256(p + 2), whole[r][1] = _mm256_loadu_si256(p + 3);
#pragma GCC unroll 8
    for (int q = 0; q < block / 4; q++) {
      __m256i b0 = _mm256_loadu_si256(p + 4 + q * 2), b1 = _mm256_loadu_si256(p + 5 + q * 2);
#pragma GCC unroll 4
      for (int r = 0; r < rows; r++) {
        __m256i a = _mm256_set1_epi32(*(const int32_t *)(x + r * x_stride + i + q * 4));
        whole[r][0] = DOT(whole[r][0], a, b0);
        whole[r][1] = DOT(whole[r][1], a, b1);
      }
    }
    __m256 d0 = _mm256_loadu_ps((const float *)panel), d1 = _mm256_loadu_ps((const float *)panel + 8);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      __m256 scale = _mm256_set1_ps(*(const float *)(scales + r * x_stride + i / block * 4));
      sum[r][0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole[r][0]), _mm256_mul_ps(scale, d0), sum[r][0]);
      sum[r][1] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole[r][1]), _mm256_mul_ps(scale, d1), sum[r][1]);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) {
    float *to = y + r * y_stride;
    if (columns == COLUMNS) {
      _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sum[r][0]));
      _mm256_storeu_ps(to + 8, _mm256_add_ps(_mm256_loadu_ps(to + 8), sum[r][1]));
    } else {
      float out[COLUMNS];
      memcpy(out, sum[r], sizeof out);
      for (int c = 0; c < columns; c++) to[c] += out[c];
    }
  }
}

static void tile_int8(int rows, int64_t k, const void *x, const float *scales, int64_t x_stride, const uint8_t *panel,
                      float *y, int64_t y_stride, int columns) {
#define TILE_ARGUMENTS k, x, (const char *)scales, x_stride, panel, y, y_stride, columns
  switch (rows) {
    TILE_CASE(tile_int8_of, 1);
    TILE_CASE(tile_int8_of, 2);
    TILE_CASE(tile_int8_of, 3);
  }
#undef TILE_ARGUMENTS
}

#define INT8_KERNELS \
  .rows_int8 = rows_int8, .pack_int8 = pack_int8, .panel_rows_int8 = panel_rows_int8, .tile_int8 = tile_int8
