// memalign, aligned_alloc, valloc and pvalloc, with glibc 2.36's treatment of odd alignments.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>
#include <unistd.h>

typedef void *(*aligned_function)(size_t, size_t);

static void check_block(char *block, size_t alignment, size_t size) {
  REQUIRE(block != NULL);
  EXPECT_IN((uintptr_t)block % alignment == 0, "%p for alignment %zu, size %zu", block, alignment, size);
  EXPECT_AT_LEAST(malloc_usable_size(block), size);
  pattern_fill(block, size, alignment + size);
  EXPECT(pattern_holds(block, size, size, alignment + size));
  free(block);
}

// glibc rounds the alignment up to a power of two, and in 2.36 aligned_alloc is memalign: sizes need not be multiples.
static void odd_alignments(const char *name, aligned_function allocate) {
  const size_t odd[] = {0, 1, 3, 5, 8, 15, 17, 24, 33, 48, 100, 3000, 5000, 100000};
  const size_t sizes[] = {0, 1, 17, 100, 5000, 100001};
  for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
      size_t rounded = 16;
      while (rounded < odd[i]) rounded *= 2;
      errno = 4711;
      char *block = allocate(OPAQUE(odd[i]), sizes[k]);
      EXPECT_IN(block != NULL && errno == 4711, "%s(%zu, %zu), errno %d", name, odd[i], sizes[k], errno);
      check_block(block, rounded, sizes[k]);
    }
  // Above the largest power of two there is nothing to round up to.
  errno = 0;
  EXPECT(allocate(OPAQUE(((size_t)1 << 63) + 1), 1) == NULL);
  EXPECT_EQUAL(errno, EINVAL);
  errno = 0;
  EXPECT(allocate(OPAQUE(SIZE_MAX), 1) == NULL);
  EXPECT_EQUAL(errno, EINVAL);
  errno = 0;
  EXPECT(allocate(OPAQUE((size_t)1 << 62), 1) == NULL);
  EXPECT_EQUAL(errno, ENOMEM);
}

static void page_aligned(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t sizes[] = {0, 1, 100, page - 1, page, page + 1, 3 * page, 100000, 3000000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    errno = 4711;
    check_block(valloc(sizes[i]), page, sizes[i]);
    check_block(pvalloc(sizes[i]), page, (sizes[i] + page - 1) / page * page);
    EXPECT_EQUAL(errno, 4711);
  }
  const size_t absurd[] = {SIZE_MAX, SIZE_MAX - page + 1, SIZE_MAX - page, (size_t)PTRDIFF_MAX + 1};
  for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
    errno = 0;
    EXPECT_IN(valloc(OPAQUE(absurd[i])) == NULL && errno == ENOMEM, "valloc(%zu), errno %d", absurd[i], errno);
    errno = 0;
    EXPECT_IN(pvalloc(OPAQUE(absurd[i])) == NULL && errno == ENOMEM, "pvalloc(%zu), errno %d", absurd[i], errno);
  }
}

int main(void) {
  expect_start();
  odd_alignments("memalign", memalign);
  odd_alignments("aligned_alloc", aligned_alloc);
  page_aligned();
  return expect_end();
}
