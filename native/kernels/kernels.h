/* What the graph calls, and what it hands over with each call. */
#pragma once
#include "kernelSet.h"
#include "tensor.h"
#include <stdlib.h>
#if defined(_WIN32)
#include <malloc.h>
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

typedef struct {
  const kernel_set *set;
  int32_t precision, reserved;
} pack_args;

typedef struct {
  const kernel_set *set;
  weights w;
  const float *bias;
  /* The low-rank pair's other half: `rank` rows of as many values as the result has columns. */
  const float *up;
  int64_t up_stride;
  int32_t rank, precision;
} linear_args;

typedef struct {
  const kernel_set *set;
  int32_t lanes, lane_length;
  float scale;
} attention_args;

typedef struct {
  const kernel_set *set;
  /* `rank` rows of as many values as x has. */
  const float *down;
  int64_t stride;
  int32_t rank;
  float scale;
} low_rank_args;

typedef struct {
  const kernel_set *set;
  const float *weight;
  float epsilon;
} norm_args;

static inline void *alloc_aligned(size_t bytes) {
  size_t rounded = (bytes + 63) / 64 * 64;
#if defined(_WIN32)
  return _aligned_malloc(rounded, 64);
#else
  return aligned_alloc(64, rounded);
#endif
}

static inline void free_aligned(void *p) {
#if defined(_WIN32)
  _aligned_free(p);
#else
  free(p);
#endif
}

/* x F32 [width, T] -> rows in the form that products read. pack_args. */
EXPORT void tatara_pack(tensor *dst, int ith, int nth, void *user);
/* packed x, low [r, T] -> y [out, T]. linear_args. */
EXPORT void tatara_linear_forward(tensor *dst, int ith, int nth, void *user);
/* packed dy, dlow [r, T] -> dx [in, T]. linear_args. */
EXPORT void tatara_linear_backward(tensor *dst, int ith, int nth, void *user);
/* x [width, T] -> [r, T]. low_rank_args. */
EXPORT void tatara_low_rank(tensor *dst, int ith, int nth, void *user);
/* In place: gradient [width, r] += low [r, T] times x [width, T]. kernel_set. */
EXPORT void tatara_low_rank_gradient(tensor *dst, int ith, int nth, void *user);

/* q [d, H, T], k and v [d, K, T], positions I32 [T] -> the result [d * H, T], then log-sums [H, T]. attention_args. */
EXPORT void tatara_attention_forward(tensor *dst, int ith, int nth, void *user);
/* q, k, v, positions, what the forward gave, dout [d * H, T] -> dq, dk and dv [d * H, T] each, the latter two a query head. attention_args. */
EXPORT void tatara_attention_backward(tensor *dst, int ith, int nth, void *user);

/* [d, H, T] -> [d, K, T]: sums of H / K heads that lie side by side. kernel_set. */
EXPORT void tatara_sum_groups(tensor *dst, int ith, int nth, void *user);

/* x [D, T] -> y [D, T]. norm_args. */
EXPORT void tatara_rms_norm(tensor *dst, int ith, int nth, void *user);
/* dy, x, and what is to be added, or only dy and x -> dx [D, T]. norm_args. */
EXPORT void tatara_rms_norm_backward(tensor *dst, int ith, int nth, void *user);
/* gate, up [F, T] -> h [F, T]. kernel_set. */
EXPORT void tatara_swiglu(tensor *dst, int ith, int nth, void *user);
/* dh, gate, up [F, T] -> dgate, then dup [F, T]. kernel_set. */
EXPORT void tatara_swiglu_backward(tensor *dst, int ith, int nth, void *user);
/* logits [V, c] -> [1, c]: the log of the sum of their exponentials. kernel_set. */
EXPORT void tatara_log_sum(tensor *dst, int ith, int nth, void *user);
/* logits [V, c], log-sums [1, c], labels I32 [1, c] -> log-likelihoods [1, c]. */
EXPORT void tatara_log_likelihood(tensor *dst, int ith, int nth, void *user);
/* In place: logits [V, c] become weight * (p - y). Log-sums, labels, and weights [1, c] where there are any. kernel_set. */
EXPORT void tatara_cross_entropy_backward(tensor *dst, int ith, int nth, void *user);
