// free_sized and free_aligned_sized (C23). In C for the caller's address, which Swift cannot ask for.
#include "CBulwark.h"

#define EXPORT __attribute__((visibility("default")))
#define SITE ((uintptr_t)__builtin_return_address(0))

EXPORT void bw_abi_free_sized(void *block, size_t byteCount) {
  if (bw_notes_families && block) bw_check_family(block, BW_FREE_SIZED, 0, SITE);
  bw_free_checked(block, byteCount, SITE);
}

// Any block's address tells what it is aligned to: the alignment is of interest only as what the program believes.
EXPORT void bw_abi_free_aligned_sized(void *block, size_t alignment, size_t byteCount) {
  if (bw_notes_families && block) bw_check_family(block, BW_FREE_ALIGNED_SIZED, alignment, SITE);
  bw_free_checked(block, byteCount, SITE);
}
