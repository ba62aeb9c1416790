// How much a size class may waste, in release only: secure and debug may report the requested size as usable.
//
// Above 64 bytes at most an eighth of the usable size may lie beyond the request, once the request is rounded up to the
// multiple of 16 that the alignment forces.
#include "expect.h"
#include <malloc.h>

int main(void) {
  expect_start();
  if (!is_variant("release")) return expect_end();
  size_t step = 1;
  for (size_t size = 1; size <= 1u << 20; size += step) {
    void *block = malloc(size);
    REQUIRE(block != NULL);
    size_t usable = malloc_usable_size(block), rounded = (size + 15) / 16 * 16;
    EXPECT_IN(usable >= size, "%zu bytes requested, %zu usable", size, usable);
    if (size > 64 && usable > rounded)
      EXPECT_IN((usable - rounded) * 8 <= usable, "%zu bytes requested, %zu usable", size, usable);
    free(block);
    if (size >= 4096) step = 13;  // a prime, so that the steps meet the edges of classes at all offsets
    if (size >= 65536) step = 509;
  }
  return expect_end();
}
