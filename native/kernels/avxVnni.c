/* AVX2 with AVX-VNNI: Intel since Alder Lake, Zen 5. */
#include <immintrin.h>
#define LEVELS 127
#define DOT(sum, x, w) _mm256_dpbusd_avx_epi32(sum, x, w)
#include "avx2.h"

const kernel_set kernels_avx_vnni = {.name = "avx-vnni", PLAIN_KERNELS, INT8_KERNELS};
