// posix_memalign: EINVAL for what is not a power of two times sizeof(void *); a failure leaves the pointer alone.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>

static void bad_alignments(void) {
  const size_t bad[] = {0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 17, 24, 40, 48, 100, 4095, 4097, 12288, SIZE_MAX, SIZE_MAX / 2};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    void *untouched = (void *)0x1234, *block = untouched;
    errno = 4711;
    EXPECT_IN(posix_memalign(&block, OPAQUE(bad[i]), 100) == EINVAL, "alignment %zu", bad[i]);
    EXPECT(block == untouched);
    EXPECT_EQUAL(errno, 4711);
  }
}

static void good_alignments(void) {
  for (size_t alignment = sizeof(void *); alignment <= 1u << 20; alignment *= 2)
    for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
      void *block = NULL;
      errno = 4711;
      EXPECT_EQUAL(posix_memalign(&block, alignment, size), 0);
      EXPECT_EQUAL(errno, 4711);
      REQUIRE(block != NULL);
      EXPECT_IN((uintptr_t)block % alignment == 0 && (uintptr_t)block % 16 == 0, "%p for %zu", block, alignment);
      EXPECT_AT_LEAST(malloc_usable_size(block), size);
      pattern_fill(block, size, size);
      EXPECT(pattern_holds(block, size, size, size));
      free(block);
    }
}

// errno is not looked at: POSIX leaves it open, and glibc happens to set it here.
static void too_large(void) {
  const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 4096, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    for (size_t alignment = 8; alignment <= 1u << 22; alignment *= 8) {
      void *untouched = (void *)0x1234, *block = untouched;
      EXPECT_EQUAL(posix_memalign(&block, alignment, OPAQUE(sizes[i])), ENOMEM);
      EXPECT(block == untouched);
    }
  void *untouched = (void *)0x1234, *block = untouched;
  EXPECT_EQUAL(posix_memalign(&block, OPAQUE((size_t)1 << 62), 100), ENOMEM);
  EXPECT(block == untouched);
}

int main(void) {
  expect_start();
  bad_alignments();
  good_alignments();
  too_large();
  return expect_end();
}
