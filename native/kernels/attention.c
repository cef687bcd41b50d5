/*
 * Causal attention, forward and backward, that never has more of the T x T scores than a block of queries' rows. Lanes
 * are sequences side by side; within one, a token sees those of its own row: from `its place - its position` on.
 * Letters: d head width, H query heads, K key heads, L lane length. Query head h uses key head h * K / H.
 *
 * Each (lane, query head) is one thread's. dk and dv come out a query head and are added up by the caller in a fixed
 * order, so the bits do not depend on the number of threads.
 */
#include <math.h>
#include <string.h>
#include "kernels.h"
#include "scratch.h"

/* Queries at a time: whole tiles of 14, 6 or 8 rows waste at most a few. */
enum { queries = 56 };

typedef struct {
  const kernel_set *set;
  int64_t d, heads, key_heads, lane_length;
  int64_t padded; /* lane_length, rounded up to a panel's columns */
  int64_t wide;   /* d, rounded up to a panel's columns */
} layout;

static layout layout_of(const attention_args *a, const tensor *q, const tensor *k) {
  int64_t columns = a->set->columns;
  return (layout){.set = a->set,
                  .d = q->ne[0],
                  .heads = q->ne[1],
                  .key_heads = k->ne[1],
                  .lane_length = a->lane_length,
                  .padded = round_up(a->lane_length, columns),
                  .wide = round_up(q->ne[0], columns)};
}

static const float *token(const tensor *t, int64_t head, int64_t place) {
  return (const float *)((const char *)t->data + head * (int64_t)t->nb[1] + place * (int64_t)t->nb[2]);
}

/* Panels of keys: for each `columns` of them [d][columns], so that queries times keys gives scores. */
static void turn_keys(const layout *l, const tensor *t, int64_t head, int64_t first, float *panels) {
  int columns = l->set->columns;
  memset(panels, 0, (size_t)(l->padded * l->d) * 4);
  for (int64_t i = 0; i < l->lane_length; i++) {
    const float *row = token(t, head, first + i);
    float *out = panels + i / columns * columns * l->d + i % columns;
    for (int64_t c = 0; c < l->d; c++) out[c * columns] = row[c];
  }
}

/* Panels of what is summed over tokens: for each `columns` of the d values [tokens][columns]. */
static void line_up(const layout *l, const tensor *t, int64_t head, int64_t first, int64_t count, float *panels) {
  int columns = l->set->columns;
  for (int64_t c = 0; c < l->wide; c += columns) {
    int64_t width = l->d - c < columns ? l->d - c : columns;
    for (int64_t i = 0; i < count; i++) {
      float *out = panels + c * count + i * columns;
      memcpy(out, token(t, head, first + i) + c, (size_t)width * 4);
      if (width < columns) memset(out + width, 0, (size_t)(columns - width) * 4);
    }
  }
}

/* out[rows][stride] += x[rows][count] * panels, all d columns. `skip`: tokens of the panels that come before x's first. */
static void times_panels(const layout *l, int64_t rows, int64_t count, const float *x, int64_t x_stride,
                         const float *panels, int64_t panel_tokens, int64_t skip, float *out, int64_t stride) {
  int columns = l->set->columns, height = l->set->rows_f32;
  for (int64_t c = 0; c < l->d; c += columns) {
    int width = l->d - c < columns ? (int)(l->d - c) : columns;
    const float *panel = panels + c * panel_tokens + skip * columns;
    for (int64_t r = 0; r < rows; r += height) {
      int take = rows - r < height ? (int)(rows - r) : height;
      l->set->tile_f32(take, count, x + r * x_stride, x_stride * 4, panel, out + r * stride + c, stride, width);
    }
  }
}

/* scores[rows][padded] = x[rows] times the panels of tokens [from, to), `from` a multiple of the columns. */
static void score(const layout *l, int64_t rows, const char *x, int64_t x_stride, const float *panels, int64_t from,
                  int64_t to, float *scores) {
  int columns = l->set->columns, height = l->set->rows_f32;
  for (int64_t r = 0; r < rows; r++) memset(scores + r * l->padded + from, 0, (size_t)(to - from) * 4);
  for (int64_t k = from; k < to; k += columns) {
    int width = to - k < columns ? (int)(to - k) : columns;
    for (int64_t r = 0; r < rows; r += height) {
      int take = rows - r < height ? (int)(rows - r) : height;
      l->set->tile_f32(take, l->d, x + r * x_stride, x_stride, panels + k * l->d, scores + r * l->padded + k, l->padded,
                       width);
    }
  }
}

/* The first token that a block of queries sees, on a panel's border. */
static int64_t first_seen(const layout *l, const int32_t *positions, int64_t from, int64_t to) {
  int64_t first = from;
  for (int64_t i = from; i < to; i++) first = i - positions[i] < first ? i - positions[i] : first;
  return first / l->set->columns * l->set->columns;
}

void tatara_attention_forward(tensor *dst, int ith, int nth, void *user) {
  const attention_args *a = user;
  const tensor *q = dst->src[0], *k = dst->src[1], *v = dst->src[2];
  const int32_t *positions = dst->src[3]->data;
  const layout l = layout_of(a, q, k);
  int64_t units = (int64_t)a->lanes * l.heads, last = -1;
  float *keys = thread_scratch((size_t)(l.padded * l.d + l.lane_length * l.wide + queries * l.padded) * 4);
  float *values = keys + l.padded * l.d, *scores = values + l.lane_length * l.wide;
  /* The result [d * H, T], then the log-sums [H, T]. */
  int64_t width = l.d * l.heads;
  float *log_sums = (float *)dst->data + width * q->ne[2];
  for (int64_t unit = units * ith / nth; unit < units * (ith + 1) / nth; unit++) {
    int64_t lane = unit / l.heads, head = unit % l.heads, key_head = head * l.key_heads / l.heads;
    int64_t first = lane * l.lane_length;
    if (lane * l.key_heads + key_head != last) {
      turn_keys(&l, k, key_head, first, keys);
      line_up(&l, v, key_head, first, l.lane_length, values);
      last = lane * l.key_heads + key_head;
    }
    for (int64_t b = 0; b < l.lane_length; b += queries) {
      int64_t end = b + queries < l.lane_length ? b + queries : l.lane_length, rows = end - b;
      int64_t from = first_seen(&l, positions + first, b, end);
      score(&l, rows, (const char *)token(q, head, first + b), (int64_t)q->nb[2], keys, from, end, scores);
      float *out = (float *)dst->data + (first + b) * width + head * l.d;
      for (int64_t r = 0; r < rows; r++) {
        float *row = scores + r * l.padded, sum;
        int64_t place = b + r, begin = place - positions[first + place];
        float highest = l.set->softmax_row(row + begin, place + 1 - begin, a->scale, &sum);
        float inverse = 1.0f / sum;
        for (int64_t i = begin; i <= place; i++) row[i] *= inverse;
        for (int64_t i = from; i < begin; i++) row[i] = 0;
        for (int64_t i = place + 1; i < end; i++) row[i] = 0;
        log_sums[(first + place) * l.heads + head] = highest + logf(sum);
        memset(out + r * width, 0, (size_t)l.d * 4);
      }
      times_panels(&l, rows, end - from, scores + from, l.padded, values, l.lane_length, from, out, width);
    }
  }
}

/* to[columns][rows] = from[rows][columns]. */
static void turn(const float *from, int64_t stride, int64_t rows, int64_t columns, float *to, int64_t to_stride) {
  for (int64_t c = 0; c < columns; c += 16)
    for (int64_t r = 0; r < rows; r++)
      for (int64_t i = c; i < columns && i < c + 16; i++) to[i * to_stride + r] = from[r * stride + i];
}

void tatara_attention_backward(tensor *dst, int ith, int nth, void *user) {
  const attention_args *a = user;
  const tensor *q = dst->src[0], *k = dst->src[1], *v = dst->src[2], *dout = dst->src[5];
  const float *result = dst->src[4]->data;
  const int32_t *positions = dst->src[3]->data;
  const layout l = layout_of(a, q, k);
  int64_t units = (int64_t)a->lanes * l.heads, last = -1, width = l.d * l.heads, tokens = q->ne[2];
  /* dout has the heads of a token side by side, as q has. */
  tensor by_head = *dout;
  by_head.ne[0] = l.d, by_head.ne[1] = l.heads, by_head.ne[2] = tokens;
  by_head.nb[2] = dout->nb[1], by_head.nb[1] = (size_t)l.d * 4;
  size_t wide_lane = (size_t)(l.lane_length * l.wide), turned_lane = (size_t)(l.padded * l.d);
  size_t block_of = (size_t)(queries * l.padded), block_panel = (size_t)(queries * l.wide);
  float *keys = thread_scratch((2 * turned_lane + wide_lane + 2 * block_of + block_of + 2 * block_panel) * 4);
  float *values = keys + turned_lane, *key_rows = values + turned_lane, *p = key_rows + wide_lane;
  float *ds = p + block_of, *turned = ds + block_of, *q_panels = turned + block_of, *dout_panels = q_panels + block_panel;
  const float *log_sums = result + width * tokens;
  /* dq, dk and dv lie one after the other, each [d * H, T]. */
  float *dq = dst->data, *dk = dq + width * tokens, *dv = dk + width * tokens;
  for (int64_t unit = units * ith / nth; unit < units * (ith + 1) / nth; unit++) {
    int64_t lane = unit / l.heads, head = unit % l.heads, key_head = head * l.key_heads / l.heads;
    int64_t first = lane * l.lane_length;
    if (lane * l.key_heads + key_head != last) {
      turn_keys(&l, k, key_head, first, keys);
      turn_keys(&l, v, key_head, first, values);
      line_up(&l, k, key_head, first, l.lane_length, key_rows);
      last = lane * l.key_heads + key_head;
    }
    for (int64_t i = first; i < first + l.lane_length; i++) {
      memset(dq + i * width + head * l.d, 0, (size_t)l.d * 4);
      memset(dk + i * width + head * l.d, 0, (size_t)l.d * 4);
      memset(dv + i * width + head * l.d, 0, (size_t)l.d * 4);
    }
    for (int64_t b = 0; b < l.lane_length; b += queries) {
      int64_t end = b + queries < l.lane_length ? b + queries : l.lane_length, rows = end - b;
      int64_t from = first_seen(&l, positions + first, b, end), seen = end - from;
      score(&l, rows, (const char *)token(q, head, first + b), (int64_t)q->nb[2], keys, from, end, p);
      score(&l, rows, (const char *)token(&by_head, head, first + b), (int64_t)by_head.nb[2], values, from, end, ds);
      for (int64_t r = 0; r < rows; r++) {
        int64_t place = b + r, begin = place - positions[first + place], count = place + 1 - begin;
        float *pr = p + r * l.padded, *dr = ds + r * l.padded;
        l.set->exp_row(pr + begin, count, a->scale, log_sums[(first + place) * l.heads + head]);
        const float *out = result + (first + place) * width + head * l.d;
        float shared = l.set->dot(token(&by_head, head, first + place), out, l.d);
        l.set->softmax_back_row(dr + begin, pr + begin, shared, a->scale, count);
        for (int64_t i = from; i < begin; i++) pr[i] = dr[i] = 0;
        for (int64_t i = place + 1; i < end; i++) pr[i] = dr[i] = 0;
      }
      times_panels(&l, rows, seen, ds + from, l.padded, key_rows, l.lane_length, from,
                   dq + (first + b) * width + head * l.d, width);
      line_up(&l, q, head, first + b, rows, q_panels);
      line_up(&l, &by_head, head, first + b, rows, dout_panels);
      turn(ds + from, l.padded, rows, seen, turned, queries);
      times_panels(&l, seen, rows, turned, queries, q_panels, rows, 0, dk + (first + from) * width + head * l.d, width);
      turn(p + from, l.padded, rows, seen, turned, queries);
      times_panels(&l, seen, rows, turned, queries, dout_panels, rows, 0, dv + (first + from) * width + head * l.d,
                   width);
    }
  }
}
