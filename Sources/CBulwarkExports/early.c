// What copies do before the library is loaded (flag guardedCopies). Apart from copies.c, so that no compiler takes the values that `bw_copies`
// begins with for its only ones.
#include "CBulwark.h"

// Until libc's are found, early in a process. Assembly: a loop would be compiled to a call of the function it is in.
static void *early_move(void *to, const void *from, size_t bytes) {
  unsigned char *target = to;
  const unsigned char *source = from;
  size_t count = bytes;
  if ((uintptr_t)to - (uintptr_t)from >= bytes) {
    __asm__ volatile("rep movsb" : "+D"(target), "+S"(source), "+c"(count) : : "memory");
  } else {
    target += bytes - 1, source += bytes - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(target), "+S"(source), "+c"(count) : : "memory");
  }
  return to;
}
static void *early_set(void *to, int byte, size_t bytes) {
  unsigned char *target = to;
  __asm__ volatile("rep stosb" : "+D"(target), "+c"(bytes) : "a"(byte) : "memory");
  return to;
}

// An empty page map (PageMap.byteCount): address space only, as in globals.c.
static unsigned char no_pages[(128 << 10) + (1 << 20)] __attribute__((aligned(4096)));

// Alone in 32 aligned bytes, so within one OS page.
const struct bw_copies bw_copies __attribute__((aligned(32))) = {(uintptr_t)no_pages, early_move, early_set};
