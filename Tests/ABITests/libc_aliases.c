// The __libc_ names are the same allocator: what one hands out the other frees, grows and measures.
#include "pattern.h"
#include "symbols.h"
#include <malloc.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);
extern void *__libc_memalign(size_t, size_t);
extern void *__libc_valloc(size_t);
extern void *__libc_pvalloc(size_t);

static void *allocated(int how, size_t size) {
  switch (how) {
    case 0: return __libc_malloc(size);
    case 1: return __libc_calloc(size, 1);
    case 2: return __libc_realloc(NULL, size);
    case 3: return __libc_memalign(64, size);
    case 4: return __libc_valloc(size);
    case 5: return __libc_pvalloc(size);
    case 6: return malloc(size);
    default: return memalign(64, size);
  }
}

int main(void) {
  expect_start();
  const size_t sizes[] = {1, 16, 100, 5000, 70000, 300000, 5000000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    for (int how = 0; how < 8; how++)
      for (int end = 0; end < 4; end++) {
        size_t size = sizes[i];
        void *block = allocated(how, size);
        REQUIRE(block != NULL);
        EXPECT_AT_LEAST(malloc_usable_size(block), size);
        if (how == 1) EXPECT(all_zero(block, size));
        pattern_fill(block, size, i);
        if (end >= 2) block = end == 2 ? realloc(block, size * 2) : __libc_realloc(block, size * 2);
        REQUIRE(block != NULL);
        EXPECT_IN(pattern_holds(block, size, size, i), "way %d, end %d, size %zu", how, end, size);
        if (end % 2) free(block); else __libc_free(block);
      }
  return expect_end();
}
