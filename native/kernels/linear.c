/*
 * Products with stored weights: y = W x + b + B (s A x) forward, dx = W' dy + A' (s B' dy) backward, from the same
 * storage. Threads share the columns of the result, so no two ever write the same value and none waits for another.
 */
#include "kernels.h"
#include "scratch.h"
#include <string.h>

/* K at a time: a panel of it and the rows of a tile stay in a core's second cache. */
enum { k_step = 4096 };

static int tile_rows(const kernel_set *set, int precision) {
  return precision == precision_int8 ? set->rows_int8 : precision == precision_bf16 ? set->rows_bf16 : set->rows_f32;
}

static void pack_row(const kernel_set *set, int precision, const float *x, int64_t width, void *out) {
  if (precision == precision_int8) set->pack_int8(x, width, out);
  else set->pack_bf16(x, width, out);
}

void tatara_pack(tensor *dst, int ith, int nth, void *user) {
  const pack_args *a = user;
  const tensor *x = dst->src[0];
  int64_t width = x->ne[0], rows = x->ne[1], bytes = packed_bytes(a->precision, width);
  for (int64_t r = rows * ith / nth; r < rows * (ith + 1) / nth; r++) {
    pack_row(a->set, a->precision, (const float *)((const char *)x->data + r * (int64_t)x->nb[1]), width,
             (char *)dst->data + r * bytes);
  }
}

/* y[rows][columns] = bias + low * up, from column `first` on. */
static void begin(const linear_args *a, const float *low, int64_t rows, int64_t first, int columns, float *y,
                  int64_t y_stride) {
  for (int64_t r = 0; r < rows; r++) {
    float *out = y + r * y_stride;
    if (a->bias) memcpy(out, a->bias + first, (size_t)columns * 4);
    else memset(out, 0, (size_t)columns * 4);
    if (!low) continue;
    for (int j = 0; j < a->rank; j++) {
      float factor = low[r * a->rank + j];
      const float *up = a->up + (int64_t)j * a->up_stride + first;
      for (int c = 0; c < columns; c++) out[c] += factor * up[c];
    }
  }
}

/* One product: `k` is summed over, `n` columns come out. `transposed`: columns of the result are columns of the matrix. */
static void product(const linear_args *a, const char *packed, int64_t packed_stride, const float *low, int64_t rows,
                    int64_t k, int64_t n, int transposed, float *y, int64_t y_stride, int ith, int nth) {
  const kernel_set *set = a->set;
  int precision = a->precision, height = tile_rows(set, precision), width = set->columns;
  int64_t panels = (n + width - 1) / width;
  int64_t blocks = k_step / block;
  size_t bytes = precision == precision_int8 ? (size_t)(blocks * int8_block_bytes(width)) : (size_t)k_step * width * 4;
  void *panel = thread_scratch(bytes);
  const float *scales = (const float *)(packed + round_up(k, block));
  for (int64_t p = panels * ith / nth; p < panels * (ith + 1) / nth; p++) {
    int64_t first = p * width;
    int columns = n - first < width ? (int)(n - first) : width;
    begin(a, low, rows, first, columns, y + first, y_stride);
    for (int64_t from = 0; from < k; from += k_step) {
      int64_t to = k - from < k_step ? k : from + k_step;
      int64_t length = precision == precision_f32 ? to - from : round_up(to - from, block);
      if (transposed) {
        if (precision == precision_f32) set->panel_columns_f32(&a->w, first, columns, from, to, panel);
        else set->panel_columns_bf16(&a->w, first, columns, from, to, panel);
      } else {
        if (precision == precision_f32) set->panel_rows_f32(&a->w, first, columns, from, to, panel);
        else if (precision == precision_bf16) set->panel_rows_bf16(&a->w, first, columns, from, to, panel);
        else set->panel_rows_int8(&a->w, first, columns, from, to, panel);
      }
      for (int64_t r = 0; r < rows; r += height) {
        int count = rows - r < height ? (int)(rows - r) : height;
        const char *x = packed + r * packed_stride;
        float *out = y + r * y_stride + first;
        if (precision == precision_f32) {
          set->tile_f32(count, length, x + from * 4, packed_stride, panel, out, y_stride, columns);
        } else if (precision == precision_bf16) {
          set->tile_bf16(count, length, x + from * 2, packed_stride, panel, out, y_stride, columns);
        } else {
          const float *s = (const float *)((const char *)scales + r * packed_stride) + from / block;
          set->tile_int8(count, length, x + from, s, packed_stride, panel, out, y_stride, columns);
        }
      }
    }
  }
}

static void run(tensor *dst, int ith, int nth, const linear_args *a, int transposed) {
  const tensor *packed = dst->src[0];
  const float *low = a->rank > 0 ? dst->src[1]->data : NULL;
  int64_t k = transposed ? a->w.rows : a->w.width, n = transposed ? a->w.width : a->w.rows;
  product(a, packed->data, packed_bytes(a->precision, k), low, dst->ne[1], k, n, transposed, dst->data,
          (int64_t)dst->nb[1] / 4, ith, nth);
}

void tatara_linear_forward(tensor *dst, int ith, int nth, void *user) { run(dst, ith, nth, user, 0); }

void tatara_linear_backward(tensor *dst, int ith, int nth, void *user) { run(dst, ith, nth, user, 1); }
