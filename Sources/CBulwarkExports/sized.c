// free_sized and free_aligned_sized (C23), but for the fast path, which is in Exports/Deallocation.swift. In C for the caller's
// address, which Swift cannot ask for: all that leads here is a jump, so it is the program's.
#include "CBulwark.h"

#define SITE ((uintptr_t)__builtin_return_address(0))

__attribute__((noinline)) void bw_free_sized_slowly(void *block, size_t byteCount) {
  if (bw_notes_families && block) bw_check_family(block, BW_FREE_SIZED, 0, SITE);
  bw_free_checked(block, byteCount, SITE);
}

// A block that the fast path took back, and whose size or canaries are not as they should be.
__attribute__((noinline)) void bw_free_sized_damaged(void *block, size_t byteCount) {
  bw_free_revive(block);
  bw_free_checked(block, byteCount, SITE);
}

// Any block's address tells what it is aligned to: the alignment is of interest only as what the program believes.
__attribute__((visibility("default"))) void bw_abi_free_aligned_sized(void *block, size_t alignment, size_t byteCount) {
  if (bw_notes_families && block) {
    bw_probe_free((uintptr_t)block);
    bw_check_family(block, BW_FREE_ALIGNED_SIZED, alignment, SITE);
    bw_free_checked(block, byteCount, SITE);
  } else {
    bw_abi_free_sized(block, byteCount);
  }
}
