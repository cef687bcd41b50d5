/* Memory of the calling thread's own, kept for its next call. Null where there is no more. */
#pragma once
#include <stddef.h>

void *thread_scratch(size_t bytes);
