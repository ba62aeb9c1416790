// What fresh memory holds: zeros from calloc everywhere, a pattern under the debug variant (fill_bytes: the first 4,096), zeros
// under secure, whose freed blocks are zeroed up to 128 KiB; what realloc keeps is kept.
#include "expect.h"
#include <stdlib.h>
#include <string.h>

const char *bw_variant(void) __attribute__((weak));

static int wanted = -1;  // any

static void expect_fresh(const unsigned char *block, size_t from, size_t to) {
  if (wanted < 0 || (wanted == 0 && to > 100000)) return;
  size_t end = to - from > 4096 ? from + 4096 : to;
  for (size_t i = from; i < end; i++) {
    if (block[i] == wanted) continue;
    EXPECT_EQUAL(block[i], wanted);
    return;
  }
}

int main(void) {
  expect_start();
  if (bw_variant && !strcmp(bw_variant(), "debug")) wanted = 0xCA;
  if (bw_variant && !strcmp(bw_variant(), "secure")) wanted = 0;
  static const size_t sizes[] = {1, 8, 24, 100, 1016, 5000, 20000, 200000, 10000000};
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      size_t size = sizes[i];
      unsigned char *block = malloc(size);
      REQUIRE(block != NULL);
      expect_fresh(block, 0, size);
      memset(block, 0x11, size);
      // Grown: what was there stays, and what comes is fresh. (Secure's growing blocks may hold what they held.)
      block = realloc(block, size * 2);
      REQUIRE(block != NULL);
      for (size_t at = 0; at < size; at++)
        if (block[at] != 0x11) {
          EXPECT_EQUAL(block[at], 0x11);
          break;
        }
      if (wanted > 0) expect_fresh(block, size, size * 2);
      memset(block, 0x22, size * 2);
      block = realloc(block, size);
      REQUIRE(block != NULL);
      EXPECT_EQUAL(block[size - 1], 0x22);
      free(block);

      unsigned char *zeros = calloc(size, 1);
      REQUIRE(zeros != NULL);
      for (size_t at = 0; at < size; at++)
        if (zeros[at]) {
          EXPECT_EQUAL(zeros[at], 0);
          break;
        }
      memset(zeros, 0x33, size);
      free(zeros);

      unsigned char *aligned = aligned_alloc(64, (size + 63) / 64 * 64);
      REQUIRE(aligned != NULL);
      expect_fresh(aligned, 0, (size + 63) / 64 * 64);
      memset(aligned, 0x44, size);
      free(aligned);
    }
  }
  free(malloc(0));
  return expect_end();
}
