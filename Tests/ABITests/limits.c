// Requests that cannot be met: above PTRDIFF_MAX, or more than any address space. NULL and ENOMEM, and life goes on.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>

static void expect_refused(void *block, const char *how, size_t size) {
  EXPECT_IN(block == NULL, "%s(%zu)", how, size);
  EXPECT_IN(errno == ENOMEM, "%s(%zu) left errno %d", how, size, errno);
  errno = 0;
}

int main(void) {
  expect_start();
  const size_t absurd[] = {(size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 15, (size_t)PTRDIFF_MAX - 4096, SIZE_MAX,
                           SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 16, SIZE_MAX - 64, SIZE_MAX - 4095, SIZE_MAX - 4096,
                           SIZE_MAX - 65536, SIZE_MAX - (4u << 20), SIZE_MAX - (64u << 20), (size_t)1 << 48, (size_t)1 << 62};
  for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
    size_t size = absurd[i];
    errno = 0;
    expect_refused(malloc(OPAQUE(size)), "malloc", size);
    expect_refused(calloc(1, OPAQUE(size)), "calloc", size);
    expect_refused(calloc(OPAQUE(size), 1), "calloc", size);
    expect_refused(realloc(NULL, OPAQUE(size)), "realloc", size);
    expect_refused(reallocarray(NULL, 1, OPAQUE(size)), "reallocarray", size);
    for (size_t alignment = 1; alignment <= 64u << 20; alignment *= 8) {
      expect_refused(memalign(OPAQUE(alignment), OPAQUE(size)), "memalign", size);
      expect_refused(aligned_alloc(OPAQUE(alignment), OPAQUE(size)), "aligned_alloc", size);
    }
    void *block = malloc(1000);
    REQUIRE(block != NULL);
    pattern_fill(block, 1000, i);
    expect_refused(realloc(OPAQUE(block), OPAQUE(size)), "realloc of a block", size);
    EXPECT(pattern_holds(block, 1000, 1000, i));
    free(block);
  }
  // The sum of size and alignment overflows although neither does.
  expect_refused(memalign(OPAQUE((size_t)1 << 62), OPAQUE((size_t)PTRDIFF_MAX)), "memalign", PTRDIFF_MAX);
  expect_refused(memalign(OPAQUE((size_t)1 << 63), OPAQUE((size_t)1 << 63)), "memalign", (size_t)1 << 63);
  return expect_end();
}
