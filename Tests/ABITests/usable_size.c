// malloc_usable_size: at least what was asked for, writable to its end, 0 for NULL, for each way to get a block.
#include "pattern.h"
#include "sizes.h"
#include <errno.h>
#include <malloc.h>

static void check_usable(void *block, size_t size, const char *how) {
  REQUIRE(block != NULL);
  errno = 4711;
  size_t usable = malloc_usable_size(block);
  EXPECT_EQUAL(errno, 4711);
  EXPECT_IN(usable >= size, "%s(%zu) has %zu usable bytes", how, size, usable);
  EXPECT_EQUAL(malloc_usable_size(block), usable);
  memset(block, 0x3C, usable);
  // What malloc(0) returned may fault on any access.
  if (usable) EXPECT_EQUAL(((unsigned char *)block)[usable - 1], 0x3C);
}

int main(void) {
  expect_start();
  EXPECT_EQUAL(malloc_usable_size(NULL), 0);
  for (int i = 0; i < edge_size_count; i++) {
    size_t size = edge_sizes[i];
    void *plain = malloc(size), *zeroed = calloc(size, 1), *aligned = memalign(256, size), *after = malloc(size);
    pattern_fill(after, size, i);
    check_usable(plain, size, "malloc");
    check_usable(zeroed, size, "calloc");
    check_usable(aligned, size, "memalign");
    plain = realloc(plain, size / 2 + 1);
    check_usable(plain, size / 2 + 1, "realloc");
    // Writing all usable bytes of three blocks must not have reached the fourth.
    EXPECT_IN(pattern_holds(after, size, size, i), "size %zu", size);
    free(plain);
    free(zeroed);
    free(aligned);
    free(after);
  }
  return expect_end();
}
