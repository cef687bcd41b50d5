/* No instruction set in particular: what the others are held against, and what runs where none of them does. */
#define LANES 4
#define VECTORS 2
#define ROWS_F32 4
#include "plain.h"

const kernel_set kernels_generic = {.name = "generic", PLAIN_KERNELS};
