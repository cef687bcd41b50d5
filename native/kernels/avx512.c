/* AVX-512 without BF16: Skylake-X, Cascade Lake, Ice Lake. */
#include <immintrin.h>
#define LANES 16
#define VECTORS 2
#define ROWS_F32 14
#include "plain.h"

const kernel_set kernels_avx512 = {.name = "avx512", PLAIN_KERNELS};
