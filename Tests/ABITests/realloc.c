// realloc: contents kept from every size range to every other, NULL and 0 as in glibc, failure leaves the block alone.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>

static const size_t ladder[] = {1, 16, 24, 48, 100, 500, 1000, 3000, 8000, 20000, 50000, 100000, 200000, 500000, 1048576,
                                3145728, 10000000, 67108864};
enum { ladder_count = sizeof ladder / sizeof ladder[0] };

static void every_range_to_every_range(void) {
  // The pairs with the largest sizes cost most; a quick run goes through them in steps.
  int step = (int)full_or_quick(1, 4);
  for (int i = 0; i < ladder_count; i++)
    for (int k = i % step; k < ladder_count; k += step) {
      size_t from = ladder[i], to = ladder[k], kept = from < to ? from : to;
      void *block = malloc(from);
      REQUIRE(block != NULL);
      pattern_fill(block, from, i + 1);
      errno = 4711;
      block = realloc(block, to);
      EXPECT_EQUAL(errno, 4711);
      REQUIRE(block != NULL);
      EXPECT_EQUAL((uintptr_t)block % 16, 0);
      EXPECT_AT_LEAST(malloc_usable_size(block), to);
      EXPECT_IN(pattern_holds(block, from, kept, i + 1), "from %zu to %zu", from, to);
      pattern_fill(block, to, k + 77);
      EXPECT_IN(pattern_holds(block, to, to, k + 77), "from %zu to %zu", from, to);
      free(block);
    }
}

static void up_and_down_in_steps(void) {
  size_t size = 16;
  unsigned char *block = malloc(size);
  pattern_fill(block, size, 5);
  while (size < 64u << 20) {
    size_t larger = size + size / 2 + 8;
    block = realloc(block, larger);
    REQUIRE(block != NULL);
    EXPECT_IN(pattern_holds(block, size, size, 5), "growth from %zu to %zu", size, larger);
    size = larger;
    pattern_fill(block, size, 5);
  }
  while (size > 16) {
    size_t smaller = size / 3 * 2;
    block = realloc(block, smaller);
    REQUIRE(block != NULL);
    EXPECT_IN(pattern_holds(block, size, smaller, 5), "shrinkage from %zu to %zu", size, smaller);
    size = smaller;
    pattern_fill(block, size, 5);
  }
  free(block);
}

static void byte_by_byte(void) {
  char *block = NULL;
  for (size_t size = 1; size <= 5000; size++) {
    block = realloc(block, size);
    REQUIRE(block != NULL);
    block[size - 1] = (char)size;
  }
  for (size_t size = 1; size <= 5000; size++) EXPECT_IN(block[size - 1] == (char)size, "byte %zu", size - 1);
  free(block);
}

static void null_and_zero(void) {
  void *block = realloc(NULL, 100);
  REQUIRE(block != NULL);
  pattern_fill(block, 100, 1);
  errno = 4711;
  EXPECT(realloc(block, OPAQUE((size_t)0)) == NULL);  // frees, as in glibc
  EXPECT_EQUAL(errno, 4711);
  void *empty = realloc(NULL, OPAQUE((size_t)0));
  EXPECT(empty != NULL);
  free(empty);
  // A realloc to 0 that only returned NULL would leak; 100,000 times 4 KiB would be seen in the limit of run.sh.
  for (int i = 0; i < 100000; i++) {
    char *next = malloc(4096);
    REQUIRE(next != NULL);
    next[0] = next[4095] = 1;
    EXPECT(realloc(next, OPAQUE((size_t)0)) == NULL);
  }
}

static void failure_leaves_the_block(void) {
  const size_t sizes[] = {16, 1000, 20000, 200000, 3145728, 41943040};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    void *block = malloc(sizes[i]);
    REQUIRE(block != NULL);
    pattern_fill(block, sizes[i], i);
    for (int k = 0; k < 3; k++) {
      size_t absurd = k == 0 ? (size_t)PTRDIFF_MAX : k == 1 ? SIZE_MAX : (size_t)PTRDIFF_MAX + 1;
      errno = 0;
      void *result = realloc(OPAQUE(block), OPAQUE(absurd));
      EXPECT(result == NULL);
      EXPECT_EQUAL(errno, ENOMEM);
    }
    EXPECT_IN(pattern_holds(block, sizes[i], sizes[i], i), "size %zu", sizes[i]);
    free(block);
  }
}

int main(void) {
  expect_start();
  every_range_to_every_range();
  up_and_down_in_steps();
  byte_by_byte();
  null_and_zero();
  failure_leaves_the_block();
  return expect_end();
}
