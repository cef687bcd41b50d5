/* AVX-512 with BF16 and VNNI: Zen 4 and later, Cooper Lake, Sapphire Rapids and later. */
#include <immintrin.h>
#define LANES 16
#define VECTORS 2
#define ROWS_F32 14
#include "plain.h"

/* 28 sums, 2 weights, an activation: 31 of 32 registers. */
enum { rows_bf16 = 14, rows_int8 = 7 };

static inline __m512i pairs_of(__m512 even, __m512 odd) {
  __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
  __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

static void pack_bf16(const float *x, int64_t width, void *out) {
  uint16_t *o = out;
  int64_t i = 0;
  for (; i + 32 <= width; i += 32) {
    __m512bh v = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + i + 16), _mm512_loadu_ps(x + i));
    _mm512_storeu_si512(o + i, (__m512i)v);
  }
  for (; i < width; i++) o[i] = to_bf16(x[i]);
  for (; i < round_up(width, block); i++) o[i] = 0;
}

static void pack_int8(const float *x, int64_t width, void *out) {
  uint8_t *o = out;
  int64_t padded = round_up(width, block);
  float *scales = (float *)(o + padded);
  for (int64_t i = 0; i < padded; i += block) {
    int count = width - i < block ? (int)(width - i) : block;
    if (count < block) {
      scales[i / block] = quantise_block(x + i, count, 127, o + i);
      continue;
    }
    __m512 a = _mm512_loadu_ps(x + i), b = _mm512_loadu_ps(x + i + 16);
    float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(a), _mm512_abs_ps(b)));
    float inverse = 127.0f / largest;
    __m512 zero = _mm512_setzero_ps();
    __mmask16 bad = _mm512_cmp_ps_mask(_mm512_mul_ps(a, zero), zero, _CMP_UNORD_Q) |
                    _mm512_cmp_ps_mask(_mm512_mul_ps(b, zero), zero, _CMP_UNORD_Q);
    if (bad || !(inverse <= 3.4e38f)) {
      scales[i / block] = quantise_block(x + i, count, 127, o + i);
      continue;
    }
    __m512 factor = _mm512_set1_ps(inverse);
    __m512i qa = _mm512_cvtps_epi32(_mm512_mul_ps(a, factor)), qb = _mm512_cvtps_epi32(_mm512_mul_ps(b, factor));
    __m512i offset = _mm512_set1_epi32(128);
    _mm_storeu_si128((__m128i *)(o + i), _mm512_cvtepi32_epi8(_mm512_add_epi32(qa, offset)));
    _mm_storeu_si128((__m128i *)(o + i + 16), _mm512_cvtepi32_epi8(_mm512_add_epi32(qb, offset)));
    scales[i / block] = largest / 127.0f;
  }
}

/* 16 rows of 16 dwords, turned: row i of the result has dword i of every row. */
static inline void transpose16(__m512i r[16]) {
  __m512i t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
    t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
    t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
    t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
    r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd);
    r[4 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88);
    r[12 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd);
  }
}

/* 32 values of a row from a multiple of 32 on. */
static inline void load32(const weights *w, int64_t row, int64_t k, __m512 *a, __m512 *b) {
  const uint8_t *p = w->data + row * w->row_bytes;
  switch (w->type) {
    case type_q8_0: {
      const uint8_t *q = p + k / 32 * 34;
      __m512 d = _mm512_set1_ps(from_half(read_u16(q)));
      *a = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(q + 2)))));
      *b = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(q + 18)))));
      return;
    }
    case type_f32:
      *a = _mm512_loadu_ps((const float *)p + k);
      *b = _mm512_loadu_ps((const float *)p + k + 16);
      return;
    case type_f16:
      *a = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + k * 2)));
      *b = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + k * 2 + 32)));
      return;
    default: {
      float row32[32];
      dequantise(w, row, k, 32, row32);
      *a = _mm512_loadu_ps(row32);
      *b = _mm512_loadu_ps(row32 + 16);
    }
  }
}

/* The same as 16 pairs of bf16. */
static inline __m512i load32_bf16(const weights *w, int64_t row, int64_t k) {
  if (w->type == type_bf16) return _mm512_loadu_si512(w->data + row * w->row_bytes + k * 2);
  __m512 a, b;
  load32(w, row, k, &a, &b);
  return (__m512i)_mm512_cvtne2ps_pbh(b, a);
}

/* [k / 2][32 columns][2]. */
static void panel_rows_bf16(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint16_t *panel) {
  int64_t k = from;
  for (; k + 32 <= to; k += 32) {
    for (int half = 0; half < 2; half++) {
      __m512i rows[16];
#pragma GCC unroll 16
      for (int r = 0; r < 16; r++) {
        int column = half * 16 + r;
        rows[r] = column < columns ? load32_bf16(w, first + column, k) : _mm512_setzero_si512();
      }
      transpose16(rows);
      uint16_t *out = panel + (k - from) * 32 + half * 32;
#pragma GCC unroll 16
      for (int r = 0; r < 16; r++) _mm512_store_si512(out + r * 64, rows[r]);
    }
  }
  if (k == to) return;
  /* Types without blocks may end anywhere. */
  memset(panel + (k - from) * 32, 0, 32 * 32 * 2);
  for (int c = 0; c < columns; c++) {
    float row[32];
    dequantise(w, first + c, k, to - k, row);
    for (int64_t i = k; i < to; i++) panel[(i - from) / 2 * 64 + c * 2 + (i - from) % 2] = to_bf16(row[i - k]);
  }
}

/* [k / 2][32 columns][2], where k goes over rows of the matrix. */
static void panel_columns_bf16(const weights *w, int64_t first, int columns, int64_t from, int64_t to,
                               uint16_t *panel) {
  int64_t padded = from + round_up(to - from, block);
  for (int64_t k = from; k < padded; k += 2) {
    __m512 a0, a1, b0, b1;
    a0 = a1 = b0 = b1 = _mm512_setzero_ps();
    if (columns == 32) {
      if (k < to) load32(w, k, first, &a0, &a1);
      if (k + 1 < to) load32(w, k + 1, first, &b0, &b1);
    } else {
      float row[2][32] = {{0}};
      for (int i = 0; i < 2; i++) {
        if (k + i < to) dequantise(w, k + i, first, columns, row[i]);
      }
      a0 = _mm512_loadu_ps(row[0]), a1 = _mm512_loadu_ps(row[0] + 16);
      b0 = _mm512_loadu_ps(row[1]), b1 = _mm512_loadu_ps(row[1] + 16);
    }
    uint16_t *out = panel + (k - from) * 32;
    _mm512_store_si512(out, pairs_of(a0, b0));
    _mm512_store_si512(out + 32, pairs_of(a1, b1));
  }
}

/* For each block: 32 scales, 32 start values (-128 times the column's sum), [8][32 columns][4] weights. */
static void panel_rows_int8(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint8_t *panel) {
  for (int64_t k = from; k < to; k += block) {
    uint8_t *out = panel + (k - from) / block * int8_block_bytes(32);
    float *scales = (float *)out;
    int32_t *starts = (int32_t *)(out + 128);
    int32_t *values = (int32_t *)(out + 256);
    int8_t rows[32][32] __attribute__((aligned(64)));
    for (int c = 0; c < 32; c++) {
      if (c >= columns) {
        scales[c] = 0;
        memset(rows[c], 0, 32);
      } else {
        scales[c] = weights_block(w, first + c, k, to - k < 32 ? (int)(to - k) : 32, rows[c]);
      }
    }
    __m512i sums[2], ones = _mm512_set1_epi8(1);
    for (int half = 0; half < 2; half++) {
      /* 16 rows of 8 dwords are two 8 x 8 squares; as 16 x 16 with the other half of each row empty they share one turn. */
      __m512i r[16];
      for (int i = 0; i < 16; i++) r[i] = _mm512_castsi256_si512(_mm256_load_si256((const __m256i *)rows[half * 16 + i]));
      transpose16(r);
      sums[half] = _mm512_setzero_si512();
      for (int i = 0; i < 8; i++) {
        _mm512_storeu_si512(values + i * 32 + half * 16, r[i]);
        sums[half] = _mm512_dpbusd_epi32(sums[half], ones, r[i]);
      }
      _mm512_storeu_si512(starts + half * 16, _mm512_mullo_epi32(sums[half], _mm512_set1_epi32(-128)));
    }
  }
}

static inline __attribute__((always_inline)) void add_to(float *y, __m512 sum, int columns) {
  __mmask16 mask = columns >= 16 ? 0xffff : columns <= 0 ? 0 : (__mmask16)((1u << columns) - 1);
  _mm512_mask_storeu_ps(y, mask, _mm512_add_ps(_mm512_maskz_loadu_ps(mask, y), sum));
}

static inline __attribute__((always_inline)) void tile_bf16_of(const int rows, int64_t k, const char *x,
                                                               int64_t x_stride, const uint16_t *panel, float *y,
                                                               int64_t y_stride, int columns) {
  __m512 sum[rows_bf16][2];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm512_setzero_ps();
  for (int64_t i = 0; i < k; i += 2) {
    __m512bh b0 = (__m512bh)_mm512_load_si512(panel + i * 32);
    __m512bh b1 = (__m512bh)_mm512_load_si512(panel + i * 32 + 32);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      __m512bh a = (__m512bh)_mm512_set1_epi32(*(const int32_t *)(x + r * x_stride + i * 2));
      sum[r][0] = _mm512_dpbf16_ps(sum[r][0], a, b0);
      sum[r][1] = _mm512_dpbf16_ps(sum[r][1], a, b1);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) {
    add_to(y + r * y_stride, sum[r][0], columns);
    add_to(y + r * y_stride + 16, sum[r][1], columns - 16);
  }
}

static void tile_bf16(int rows, int64_t k, const void *x, int64_t x_stride, const uint16_t *panel, float *y,
                      int64_t y_stride, int columns) {
#define TILE_ARGUMENTS k, x, x_stride, panel, y, y_stride, columns
  switch (rows) {
    TILE_CASE(tile_bf16_of, 1);
    TILE_CASE(tile_bf16_of, 2);
    TILE_CASE(tile_bf16_of, 3);
    TILE_CASE(tile_bf16_of, 4);
    TILE_CASE(tile_bf16_of, 5);
    TILE_CASE(tile_bf16_of, 6);
    TILE_CASE(tile_bf16_of, 7);
    TILE_CASE(tile_bf16_of, 8);
    TILE_CASE(tile_bf16_of, 9);
    TILE_CASE(tile_bf16_of, 10);
    TILE_CASE(tile_bf16_of, 11);
    TILE_CASE(tile_bf16_of, 12);
    TILE_CASE(tile_bf16_of, 13);
    TILE_CASE(tile_bf16_of, 14);
  }
#undef TILE_ARGUMENTS
}

static inline __attribute__((always_inline)) void tile_int8_of(const int rows, int64_t k, const char *x,
                                                               const char *scales, int64_t x_stride,
                                                               const uint8_t *panel, float *y, int64_t y_stride,
                                                               int columns) {
  __m512 sum[rows_int8][2];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm512_setzero_ps();
  for (int64_t i = 0; i < k; i += block, panel += int8_block_bytes(32)) {
    __m512i whole[rows_int8][2];
    __m512i start0 = _mm512_loadu_si512(panel + 128), start1 = _mm512_loadu_si512(panel + 192);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) whole[r][0] = start0, whole[r][1] = start1;
#pragma GCC unroll 8
    for (int q = 0; q < 8; q++) {
      __m512i b0 = _mm512_loadu_si512(panel + 256 + q * 128), b1 = _mm512_loadu_si512(panel + 320 + q * 128);
#pragma GCC unroll 8
      for (int r = 0; r < rows; r++) {
        __m512i a = _mm512_set1_epi32(*(const int32_t *)(x + r * x_stride + i + q * 4));
        whole[r][0] = _mm512_dpbusd_epi32(whole[r][0], a, b0);
        whole[r][1] = _mm512_dpbusd_epi32(whole[r][1], a, b1);
      }
    }
    __m512 d0 = _mm512_loadu_ps(panel), d1 = _mm512_loadu_ps(panel + 64);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      __m512 scale = _mm512_set1_ps(*(const float *)(scales + r * x_stride + i / block * 4));
      sum[r][0] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole[r][0]), _mm512_mul_ps(scale, d0), sum[r][0]);
      sum[r][1] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole[r][1]), _mm512_mul_ps(scale, d1), sum[r][1]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
    add_to(y + r * y_stride, sum[r][0], columns);
    add_to(y + r * y_stride + 16, sum[r][1], columns - 16);
  }
}

static void tile_int8(int rows, int64_t k, const void *x, const float *scales, int64_t x_stride, const uint8_t *panel,
                      float *y, int64_t y_stride, int columns) {
#define TILE_ARGUMENTS k, x, (const char *)scales, x_stride, panel, y, y_stride, columns
  switch (rows) {
    TILE_CASE(tile_int8_of, 1);
    TILE_CASE(tile_int8_of, 2);
    TILE_CASE(tile_int8_of, 3);
    TILE_CASE(tile_int8_of, 4);
    TILE_CASE(tile_int8_of, 5);
    TILE_CASE(tile_int8_of, 6);
    TILE_CASE(tile_int8_of, 7);
  }
#undef TILE_ARGUMENTS
}

const kernel_set kernels_avx512_bf16 = {
    .name = "avx512-bf16",
    PLAIN_KERNELS,
    .rows_bf16 = rows_bf16,
    .rows_int8 = rows_int8,
    .pack_bf16 = pack_bf16,
    .pack_int8 = pack_int8,
    .panel_rows_bf16 = panel_rows_bf16,
    .panel_rows_int8 = panel_rows_int8,
    .panel_columns_bf16 = panel_columns_bf16,
    .tile_bf16 = tile_bf16,
    .tile_int8 = tile_int8,
};
