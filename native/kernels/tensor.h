/* What a custom op of ggml 0.23.0 hands over. Only these fields are read; their places are checked before first use. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct tensor {
  int32_t type;
  int32_t reserved0;
  void *buffer;
  int64_t ne[4];
  size_t nb[4];
  int32_t op;
  int32_t op_params[16];
  int32_t flags;
  struct tensor *src[10];
  struct tensor *view_src;
  size_t view_offs;
  void *data;
} tensor;

_Static_assert(offsetof(tensor, ne) == 16, "ne");
_Static_assert(offsetof(tensor, nb) == 48, "nb");
_Static_assert(offsetof(tensor, src) == 152, "src");
_Static_assert(offsetof(tensor, data) == 248, "data");

enum { type_f32 = 0, type_f16 = 1, type_q4_0 = 2, type_q8_0 = 8, type_q4_k = 12, type_q5_k = 13, type_q6_k = 14, type_bf16 = 30 };
