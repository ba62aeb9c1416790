// calloc: zeroed memory, also where the memory was dirty before; the product is checked for overflow.
#include "pattern.h"
#include "sizes.h"
#include <errno.h>

// Leaves freed dirty memory of the size behind.
static void make_dirty(size_t size, int count) {
  static void *blocks[256];
  for (int i = 0; i < count; i++) {
    blocks[i] = malloc(size);
    REQUIRE(blocks[i] != NULL);
    memset(blocks[i], 0xA5, size);
  }
  for (int i = 0; i < count; i++) free(blocks[i]);
}

static void zeroed_after_reuse(void) {
  static void *blocks[256];
  for (int i = 0; i < edge_size_count; i++) {
    size_t size = edge_sizes[i];
    int count = size <= 4096 ? 256 : size <= 262144 ? 32 : size <= 4194305 ? 4 : 1;
    for (int round = 0; round < 2; round++) {
      make_dirty(size, count);
      for (int k = 0; k < count; k++) {
        errno = 4711;
        blocks[k] = k % 2 ? calloc(1, size) : calloc(size, 1);
        EXPECT_EQUAL(errno, 4711);
        REQUIRE(blocks[k] != NULL);
        EXPECT_EQUAL((uintptr_t)blocks[k] % 16, 0);
        EXPECT_IN(all_zero(blocks[k], size), "size %zu, block %d, round %d", size, k, round);
        memset(blocks[k], 0x5A, size);
      }
      for (int k = 0; k < count; k++) free(blocks[k]);
    }
  }
}

static void overflow_is_refused(void) {
  const size_t half = (size_t)1 << 32, most = SIZE_MAX;
  const size_t products[][2] = {{most, 2}, {2, most}, {half, half}, {most, most}, {half + 1, half}, {most / 2 + 1, 2},
                                {most / 3 + 1, 3}, {(size_t)1 << 63, 2}, {16, (size_t)1 << 60}};
  for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
    errno = 0;
    void *block = calloc(OPAQUE(products[i][0]), OPAQUE(products[i][1]));
    EXPECT_IN(block == NULL, "%zu * %zu", products[i][0], products[i][1]);
    EXPECT_EQUAL(errno, ENOMEM);
  }
}

static void zero_products_are_unique(void) {
  void *first = calloc(0, 100), *second = calloc(100, 0), *third = calloc(0, 0), *last = calloc(0, SIZE_MAX);
  EXPECT(first && second && third && last);
  EXPECT(first != second && second != third && first != third && third != last);
  free(first);
  free(second);
  free(third);
  free(last);
}

int main(void) {
  expect_start();
  zeroed_after_reuse();
  overflow_is_refused();
  zero_products_are_unique();
  return expect_end();
}
