/* Which sets this library has and this processor can run, and what the graph's calls are made of. */
#include <string.h>
#include "kernels.h"

extern const kernel_set kernels_generic;
#if defined(__x86_64__) || defined(_M_X64)
extern const kernel_set kernels_avx2, kernels_avx_vnni, kernels_avx512, kernels_avx512_bf16;
#elif defined(__aarch64__)
extern const kernel_set kernels_neon;
#endif

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>

/* Leaf 7, sub-leaf 1, EAX bit 4; older compilers have no name for it. The caller has seen that AVX2 may be used. */
static int has_avx_vnni(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}
#endif

/* The best first. */
EXPORT const void *tatara_kernel_set(int index) {
  const kernel_set *sets[8];
  int count = 0;
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni")) {
    sets[count++] = &kernels_avx512_bf16;
  }
  if (avx512) sets[count++] = &kernels_avx512;
  if (avx2 && has_avx_vnni()) sets[count++] = &kernels_avx_vnni;
  if (avx2) sets[count++] = &kernels_avx2;
#elif defined(__aarch64__)
  sets[count++] = &kernels_neon;
#endif
  sets[count++] = &kernels_generic;
  return index < count ? sets[index] : NULL;
}

EXPORT const char *tatara_kernel_set_name(const kernel_set *set) { return set->name; }

/* Whether the set has products of a precision. */
EXPORT int tatara_kernel_set_has(const kernel_set *set, int precision) {
  return precision == precision_f32 || (precision == precision_bf16 ? set->tile_bf16 != NULL : set->tile_int8 != NULL);
}

EXPORT int64_t tatara_packed_bytes(int precision, int64_t width) { return packed_bytes(precision, width); }

/* Arguments of a call, freed by tatara_free. NULL where there is no memory. */
EXPORT void *tatara_pack_args(const kernel_set *set, int precision) {
  pack_args *a = calloc(1, sizeof *a);
  if (a) *a = (pack_args){.set = set, .precision = precision};
  return a;
}

EXPORT void *tatara_linear_args(const kernel_set *set, int precision, const void *data, int type, int64_t width,
                                int64_t rows, int64_t row_bytes, const void *bias, const void *up, int64_t up_stride,
                                int rank) {
  linear_args *a = calloc(1, sizeof *a);
  if (a) {
    *a = (linear_args){.set = set,
                       .w = {.data = data, .width = width, .rows = rows, .row_bytes = row_bytes, .type = type},
                       .bias = bias,
                       .up = up,
                       .up_stride = up_stride,
                       .rank = rank,
                       .precision = precision};
  }
  return a;
}

EXPORT void *tatara_low_rank_args(const kernel_set *set, const void *down, int64_t stride, int rank, float scale) {
  low_rank_args *a = calloc(1, sizeof *a);
  if (a) *a = (low_rank_args){.set = set, .down = down, .stride = stride, .rank = rank, .scale = scale};
  return a;
}

EXPORT void *tatara_attention_args(const kernel_set *set, int lanes, int lane_length, float scale) {
  attention_args *a = calloc(1, sizeof *a);
  if (a) *a = (attention_args){.set = set, .lanes = lanes, .lane_length = lane_length, .scale = scale};
  return a;
}

EXPORT void *tatara_norm_args(const kernel_set *set, const void *weight, float epsilon) {
  norm_args *a = calloc(1, sizeof *a);
  if (a) *a = (norm_args){.set = set, .weight = weight, .epsilon = epsilon};
  return a;
}

EXPORT void tatara_free(void *args) { free(args); }

/* Whether a tensor of ggml's lies in memory as tensor.h says; tried on one that was just made. */
EXPORT int tatara_check_layout(const tensor *t, int type, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3,
                               const tensor *src0, const tensor *src1) {
  return t->type == type && t->ne[0] == ne0 && t->ne[1] == ne1 && t->ne[2] == ne2 && t->ne[3] == ne3 &&
         t->src[0] == src0 && t->src[1] == src1 && t->src[2] == NULL;
}
