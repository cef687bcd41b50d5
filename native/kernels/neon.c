/* NEON, which every 64-bit ARM processor has. */
#define LANES 4
#define VECTORS 4
#define ROWS_F32 6
#include "plain.h"

const kernel_set kernels_neon = {.name = "neon", PLAIN_KERNELS};
