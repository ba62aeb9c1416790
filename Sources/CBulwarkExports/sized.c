// free_sized and free_aligned_sized (C23). In C for the caller's address, which Swift cannot ask for.
#include "CBulwark.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT void bw_abi_free_sized(void *block, size_t byteCount) {
  bw_free_checked(block, byteCount, (uintptr_t)__builtin_return_address(0));
}

EXPORT void bw_abi_free_aligned_sized(void *block, size_t alignment, size_t byteCount) {
  (void)alignment;  // any block's address tells what it is aligned to
  bw_free_checked(block, byteCount, (uintptr_t)__builtin_return_address(0));
}
