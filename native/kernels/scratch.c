#include "scratch.h"
#include "kernels.h"

static _Thread_local void *kept;
static _Thread_local size_t kept_bytes;

void *thread_scratch(size_t bytes) {
  if (bytes > kept_bytes) {
    free_aligned(kept);
    kept = alloc_aligned(bytes);
    kept_bytes = kept ? bytes : 0;
  }
  /* A run that goes on without its scratch would write where nobody looks: ended at once, it has a cause to tell. */
  if (!kept) abort();
  return kept;
}
