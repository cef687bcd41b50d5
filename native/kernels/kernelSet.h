/*
 * The inner loops, one set an instruction set. Everything above them (who computes which columns, in which order) is
 * the same for all, so that sets can be held against each other.
 *
 * Letters: T tokens (rows of activations), K the length that is summed over, N outputs; a panel is K x columns weights,
 * dequantised and laid out for the tile's inner loop.
 */
#pragma once
#include <stdint.h>

/* How exactly products are computed. */
enum { precision_f32 = 0, precision_bf16 = 1, precision_int8 = 2 };

/* Weights as the model file has them: `rows` rows of `width` values. */
typedef struct {
  const uint8_t *data;
  int64_t width, rows, row_bytes;
  int32_t type;
} weights;

/* Values that a panel's K is rounded up to, and that one scale of the int8 form covers. */
enum { block = 32 };

typedef struct {
  const char *name;
  /* Columns of a panel, and rows of the widest tile. */
  int columns, rows_f32, rows_bf16, rows_int8;

  /* One row of activations in the form that the tile reads, padded with zeros to a multiple of `block`. */
  void (*pack_bf16)(const float *x, int64_t width, void *out);
  void (*pack_int8)(const float *x, int64_t width, void *out);

  /* Weights of rows [first, first + columns) and values [from, to) of each: outputs are the matrix's rows. */
  void (*panel_rows_f32)(const weights *w, int64_t first, int columns, int64_t from, int64_t to, float *panel);
  void (*panel_rows_bf16)(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint16_t *panel);
  void (*panel_rows_int8)(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint8_t *panel);
  /* Weights of values [first, first + columns) of rows [from, to): outputs are the matrix's columns. */
  void (*panel_columns_f32)(const weights *w, int64_t first, int columns, int64_t from, int64_t to, float *panel);
  void (*panel_columns_bf16)(const weights *w, int64_t first, int columns, int64_t from, int64_t to, uint16_t *panel);

  /* y[rows][columns] += x[rows][k] * panel. Strides in bytes for x, in values for y. */
  void (*tile_f32)(int rows, int64_t k, const void *x, int64_t x_stride, const float *panel, float *y, int64_t y_stride,
                   int columns);
  void (*tile_bf16)(int rows, int64_t k, const void *x, int64_t x_stride, const uint16_t *panel, float *y,
                    int64_t y_stride, int columns);
  /* `scales` are those of the row's blocks, with the stride of x. */
  void (*tile_int8)(int rows, int64_t k, const void *x, const float *scales, int64_t x_stride, const uint8_t *panel,
                    float *y, int64_t y_stride, int columns);

  /* s = exp(scale * s - highest) with the highest of scale * s, which is returned; `sum` is that of the results. */
  float (*softmax_row)(float *s, int64_t count, float scale, float *sum);
  /* s = exp(scale * s - log_sum). */
  void (*exp_row)(float *s, int64_t count, float scale, float log_sum);
  float (*dot)(const float *a, const float *b, int64_t count);
  /* y += factor * x. */
  void (*add_scaled)(float *y, const float *x, float factor, int64_t count);
  /* ds = scale * p * (dp - shared), written over dp. */
  void (*softmax_back_row)(float *dp, const float *p, float shared, float scale, int64_t count);
  void (*swiglu_row)(const float *gate, const float *up, float *h, int64_t count);
  void (*swiglu_back_row)(const float *dh, const float *gate, const float *up, float *dgate, float *dup, int64_t count);
  void (*rms_norm_row)(const float *x, const float *weight, float epsilon, float *y, int64_t count);
  /* dx = the gradient of the norm + `residual`, where there is one. */
  void (*rms_norm_back_row)(const float *dy, const float *x, const float *weight, const float *residual, float epsilon,
                            float *dx, int64_t count);
} kernel_set;

static inline int64_t round_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

/* Bytes of a packed row. int8: the values, then a scale for each block. */
static inline int64_t packed_bytes(int precision, int64_t width) {
  int64_t padded = round_up(width, block);
  if (precision == precision_f32) return width * 4;
  return precision == precision_bf16 ? padded * 2 : padded + padded / block * 4;
}

/* Bytes of one block of an int8 panel: scales, start values of the sums, and the weights in fours. */
static inline int64_t int8_block_bytes(int columns) { return (int64_t)columns * (4 + 4 + block); }
