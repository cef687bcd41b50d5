/* The narrow products of a low-rank pair: rank r beside widths of hundreds and thousands. */
#include "kernels.h"

void tatara_low_rank(tensor *dst, int ith, int nth, void *user) {
  const low_rank_args *a = user;
  const tensor *x = dst->src[0];
  int64_t rows = x->ne[1];
  for (int64_t t = rows * ith / nth; t < rows * (ith + 1) / nth; t++) {
    const float *row = (const float *)((const char *)x->data + t * (int64_t)x->nb[1]);
    float *out = (float *)((char *)dst->data + t * (int64_t)dst->nb[1]);
    for (int j = 0; j < a->rank; j++) out[j] = a->scale * a->set->dot(row, a->down + j * a->stride, x->ne[0]);
  }
}

/*
 * Threads share the columns, and each adds up all tokens in their order: the same bits, however many threads there are.
 * Tokens are the inner loop's outer one, so that a part of the gradient stays in the first cache.
 */
void tatara_low_rank_gradient(tensor *dst, int ith, int nth, void *user) {
  const kernel_set *set = user;
  const tensor *low = dst->src[1], *x = dst->src[2];
  enum { part = 256 };
  int64_t width = dst->ne[0], rank = dst->ne[1], tokens = x->ne[1], parts = (width + part - 1) / part;
  for (int64_t p = parts * ith / nth; p < parts * (ith + 1) / nth; p++) {
    int64_t first = p * part, count = width - first < part ? width - first : part;
    for (int64_t t = 0; t < tokens; t++) {
      const float *row = (const float *)((const char *)x->data + t * (int64_t)x->nb[1]) + first;
      const float *factors = (const float *)((const char *)low->data + t * (int64_t)low->nb[1]);
      for (int64_t j = 0; j < rank; j++) {
        set->add_scaled((float *)((char *)dst->data + j * (int64_t)dst->nb[1]) + first, row, factors[j], count);
      }
    }
  }
}
