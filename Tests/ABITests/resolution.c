// Every C function of the malloc family, and every libc-internal alias, comes from the library and from nowhere else.
#include "symbols.h"

static const char *const names[] = {
  "malloc", "calloc", "realloc", "reallocarray", "free", "cfree", "posix_memalign", "aligned_alloc", "memalign", "valloc",
  "pvalloc", "malloc_usable_size", "free_sized", "free_aligned_sized", "malloc_trim", "mallinfo", "mallinfo2", "mallopt",
  "malloc_stats", "malloc_info", "__libc_malloc", "__libc_calloc", "__libc_realloc", "__libc_free", "__libc_memalign",
  "__libc_valloc", "__libc_pvalloc", "bw_variant", "bw_version", "bw_owns", "bw_good_size", "bw_collect",
};

int main(void) {
  expect_start();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) own_symbol(names[i]);
  return expect_end();
}
