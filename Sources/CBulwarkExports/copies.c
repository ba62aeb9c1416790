// How libc's memmove and memset are found, for guardedCopies. In C because dlsym's RTLD_NEXT goes by the calling code's place,
// and because `bw_copies` is written once, though it is a constant. Left out by the linker where the flag is off.
#define _GNU_SOURCE  // RTLD_NEXT
#include <dlfcn.h>
#include <sys/mman.h>

#include "CBulwark.h"

void bw_copies_start(uintptr_t page_map) {
  struct bw_copies found = {page_map ? page_map : bw_copies.page_map, NULL, NULL};
  // The next definition in the loader's order: libc's, chosen for the processor, or that of a tool that stands in for it.
  found.move = (void *(*)(void *, const void *, size_t))dlsym(RTLD_NEXT, "memmove");
  found.set = (void *(*)(void *, int, size_t))dlsym(RTLD_NEXT, "memset");
  if (!found.move || !found.set) return;
  // Writable for a moment. Where that is refused, copies stay simple and unchecked.
  void *page = (void *)((uintptr_t)&bw_copies & ~(uintptr_t)4095);
  if (mprotect(page, 4096, PROT_READ | PROT_WRITE)) return;
  struct bw_copies *place = (struct bw_copies *)&bw_copies;
  __asm__ volatile("" : "+r"(place));  // a store to a constant would be dropped
  *place = found;
  mprotect(page, 4096, PROT_READ);
}
