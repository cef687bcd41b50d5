/* What is computed row by row: threads share the tokens. */
#include <math.h>
#include <string.h>
#include "kernels.h"

static inline float *row_of(const tensor *t, int64_t i) { return (float *)((char *)t->data + i * (int64_t)t->nb[1]); }

#define EACH_ROW(t) for (int64_t i = (t)->ne[1] * ith / nth; i < (t)->ne[1] * (ith + 1) / nth; i++)

void tatara_rms_norm(tensor *dst, int ith, int nth, void *user) {
  const norm_args *a = user;
  EACH_ROW(dst) a->set->rms_norm_row(row_of(dst->src[0], i), a->weight, a->epsilon, row_of(dst, i), dst->ne[0]);
}

void tatara_rms_norm_backward(tensor *dst, int ith, int nth, void *user) {
  const norm_args *a = user;
  EACH_ROW(dst) {
    const float *residual = dst->src[2] ? row_of(dst->src[2], i) : NULL;
    a->set->rms_norm_back_row(row_of(dst->src[0], i), row_of(dst->src[1], i), a->weight, residual, a->epsilon,
                              row_of(dst, i), dst->ne[0]);
  }
}

void tatara_sum_groups(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  const tensor *x = dst->src[0];
  int64_t d = dst->ne[0], groups = dst->ne[1], members = x->ne[1] / groups, tokens = dst->ne[2];
  for (int64_t t = tokens * ith / nth; t < tokens * (ith + 1) / nth; t++) {
    const float *from = (const float *)x->data + t * d * x->ne[1];
    float *to = (float *)dst->data + t * d * groups;
    memset(to, 0, (size_t)(d * groups) * 4);
    for (int64_t i = 0; i < groups * members; i++) set->add_scaled(to + i / members * d, from + i * d, 1.0f, d);
  }
}

void tatara_swiglu(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  EACH_ROW(dst) set->swiglu_row(row_of(dst->src[0], i), row_of(dst->src[1], i), row_of(dst, i), dst->ne[0]);
}

void tatara_swiglu_backward(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  int64_t width = dst->src[0]->ne[0];
  /* The two results lie one after the other, each contiguous. */
  float *dgate = dst->data, *dup = dgate + width * dst->src[0]->ne[1];
  EACH_ROW(dst->src[0]) {
    set->swiglu_back_row(row_of(dst->src[0], i), row_of(dst->src[1], i), row_of(dst->src[2], i), dgate + i * width,
                         dup + i * width, width);
  }
}

/* Logits in parts of this many are read twice while they are in the first cache: for the highest, and for the sum. */
enum { part = 4096 };

void tatara_log_sum(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  const tensor *logits = dst->src[0];
  int64_t count = logits->ne[0];
  float copy[part];
  EACH_ROW(logits) {
    float highest = -INFINITY, sum = 0;
    for (int64_t first = 0; first < count; first += part) {
      int64_t length = count - first < part ? count - first : part;
      for (int64_t j = 0; j < length; j++) copy[j] = row_of(logits, i)[first + j];
      float of_part, top = set->softmax_row(copy, length, 1.0f, &of_part);
      if (top > highest) {
        sum = sum * expf(highest - top) + of_part;
        highest = top;
      } else {
        /* Also where `top` is no number: the sum becomes none, and so the loss. */
        sum += of_part * expf(top - highest);
      }
    }
    ((float *)dst->data)[i] = highest + logf(sum);
  }
}

void tatara_log_likelihood(tensor *dst, int ith, int nth, void *user) {
  (void)user;
  const tensor *logits = dst->src[0];
  const float *log_sums = dst->src[1]->data;
  const int32_t *labels = dst->src[2]->data;
  EACH_ROW(logits) ((float *)dst->data)[i] = row_of(logits, i)[labels[i]] - log_sums[i];
}

void tatara_cross_entropy_backward(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  const float *log_sums = dst->src[1]->data;
  const int32_t *labels = dst->src[2]->data;
  const float *weights = dst->src[3] ? dst->src[3]->data : NULL;
  EACH_ROW(dst) {
    float *row = row_of(dst, i);
    set->exp_row(row, dst->ne[0], 1.0f, log_sums[i]);
    row[labels[i]] -= 1.0f;
    if (weights && weights[i] != 1.0f) {
      for (int64_t j = 0; j < dst->ne[0]; j++) row[j] *= weights[i];
    }
  }
}
