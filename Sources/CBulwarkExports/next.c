// The next allocator in the process, for pointers that are handed on (option foreign_pointers=forward). In C because
// RTLD_NEXT means "after the object that dlsym was called from", and Embedded Swift has no dlfcn.
#define _GNU_SOURCE 1
#include <dlfcn.h>

#include "CBulwark.h"

extern const char image_start[] __asm__("__ehdr_start") __attribute__((visibility("hidden")));
extern const char image_end[] __asm__("_end") __attribute__((visibility("hidden")));

// A function after ours, never one of ours: the loader may give that where the library is in the process twice.
static void *next_function(const char *name) {
  const char *found = dlsym(RTLD_NEXT, name);
  return found >= image_start && found < image_end ? NULL : (void *)found;
}

struct bw_next_allocator bw_find_next_allocator(void) {
  struct bw_next_allocator next;
  next.free = (void (*)(void *))next_function("free");
  next.realloc = (void *(*)(void *, size_t))next_function("realloc");
  next.usable_size = (size_t(*)(void *))next_function("malloc_usable_size");
  return next;
}
