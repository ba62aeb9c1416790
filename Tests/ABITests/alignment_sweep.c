// Alignments from 16 bytes to 64 MiB with many sizes: written, kept alive together, reallocated, freed in another order.
#include "pattern.h"
#include <malloc.h>

static const size_t sizes[] = {0, 1, 15, 16, 17, 40, 64, 100, 250, 1000, 1024, 4096, 5000, 16384, 30000, 65536, 70000,
                               131072, 200000, 1048576, 3145728, 5000000};
enum { size_count = sizeof sizes / sizeof sizes[0], copies = 3 };

static void alive_together(size_t alignment) {
  static void *blocks[size_count][copies];
  for (int i = 0; i < size_count; i++)
    for (int k = 0; k < copies; k++) {
      void *block = blocks[i][k] = memalign(alignment, sizes[i]);
      REQUIRE(block != NULL);
      EXPECT_IN((uintptr_t)block % alignment == 0, "%p for alignment %zu, size %zu", block, alignment, sizes[i]);
      EXPECT_AT_LEAST(malloc_usable_size(block), sizes[i]);
      pattern_fill(block, sizes[i], (uint64_t)i * copies + k);
    }
  for (int k = copies - 1; k >= 0; k--)
    for (int i = 0; i < size_count; i++) {
      EXPECT_IN(pattern_holds(blocks[i][k], sizes[i], sizes[i], (uint64_t)i * copies + k), "alignment %zu, size %zu",
                alignment, sizes[i]);
      free(blocks[i][k]);
    }
}

// realloc of an aligned block keeps its contents; the new block need only be aligned to 16.
static void reallocated(size_t alignment) {
  for (int i = 0; i + 4 < size_count; i++)
    for (int step = -4; step <= 4; step += 4) {
      size_t from = sizes[i], to = sizes[i + step < 0 ? 1 : i + step];
      if (to == 0) continue;
      void *block = memalign(alignment, from);
      REQUIRE(block != NULL);
      pattern_fill(block, from, from);
      block = realloc(block, to);
      REQUIRE(block != NULL);
      EXPECT_IN(pattern_holds(block, from, from < to ? from : to, from), "alignment %zu, %zu to %zu", alignment, from, to);
      pattern_fill(block, to, to);
      free(block);
    }
}

int main(void) {
  expect_start();
  for (size_t alignment = 16; alignment <= 64u << 20; alignment *= 2) {
    alive_together(alignment);
    if (alignment <= 8u << 20) reallocated(alignment);
  }
  return expect_end();
}
