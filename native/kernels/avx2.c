/* AVX2 with FMA: Haswell and Zen, and later. */
#include <immintrin.h>

/* Products of two neighbours are added in 16 bits: 2 * 127 * 127 still fits, with activations from 1 to 127. */
#define LEVELS 63
#define DOT(sum, x, w) \
  _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)))
#include "avx2.h"

const kernel_set kernels_avx2 = {.name = "avx2", PLAIN_KERNELS, INT8_KERNELS};
