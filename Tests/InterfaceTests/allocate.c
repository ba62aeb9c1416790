// What bulwark.h allocates with: each form against what its comment says.
#include "bulwark.h"
#include "expect.h"
#include "pattern.h"
#include <errno.h>

static bool is_zero(const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i]) return false;
  return true;
}

static void family(void) {
  for (size_t size = 1; size < 300000; size = size * 3 / 2 + 1) {
    unsigned char *plain = bw_malloc(size);
    REQUIRE(plain);
    EXPECT_IN(bw_usable_size(plain) >= size && bw_good_size(size) == bw_usable_size(plain), "size %zu", size);
    memset(plain, 1, size);
    bw_free_sized(plain, size);
    unsigned char *zero = bw_zalloc(size);
    EXPECT_IN(is_zero(zero, size), "size %zu", size);
    memset(zero, 2, size);
    free(zero);  // the same heap
    zero = bw_calloc(3, size);
    EXPECT_IN(is_zero(zero, 3 * size), "size %zu", size);
    bw_free(zero);
    plain = bw_mallocn(size, 2);
    EXPECT_IN(bw_usable_size(plain) >= 2 * size, "size %zu", size);
    plain = bw_reallocn(plain, size, 3);
    EXPECT_IN(bw_usable_size(plain) >= 3 * size, "size %zu", size);
    bw_free(plain);
  }
  bw_free(NULL);
  EXPECT_EQUAL(bw_usable_size(NULL), 0);
}

static void overflows(void) {
  errno = 0;
  EXPECT(!bw_mallocn(OPAQUE(SIZE_MAX / 2), 3) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_calloc(OPAQUE(SIZE_MAX / 2), 3) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_reallocn(NULL, OPAQUE(SIZE_MAX / 2), 3) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_zalloc(OPAQUE((size_t)PTRDIFF_MAX + 1)) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_malloc_aligned_at(OPAQUE((size_t)PTRDIFF_MAX), 4096, 8) && errno == ENOMEM);
  errno = 0;
  EXPECT(!bw_malloc_aligned_at(OPAQUE(SIZE_MAX), 4096, 8) && errno == ENOMEM);
}

static void alignment(void) {
  for (size_t alignment = 1; alignment <= 1 << 22; alignment *= 2) {
    for (size_t size = 1; size <= 100000; size *= 10) {
      unsigned char *block = bw_malloc_aligned(size, alignment);
      REQUIRE(block);
      EXPECT_IN((uintptr_t)block % alignment == 0, "%zu at %zu", size, alignment);
      memset(block, 1, size);
      bw_free_aligned_sized(block, alignment, size);
      block = bw_zalloc_aligned(size, alignment);
      EXPECT_IN((uintptr_t)block % alignment == 0 && is_zero(block, size), "%zu at %zu", size, alignment);
      pattern_fill(block, size, 3);
      block = bw_realloc_aligned(block, size * 3, alignment);
      EXPECT_IN((uintptr_t)block % alignment == 0, "%zu at %zu", size, alignment);
      EXPECT(pattern_holds(block, size, size, 3));
      block = bw_realloc_aligned(block, size / 2 + 1, alignment);
      EXPECT_IN((uintptr_t)block % alignment == 0 && bw_usable_size(block) >= size / 2 + 1, "%zu at %zu", size, alignment);
      EXPECT(pattern_holds(block, size, size / 2 + 1, 3));
      EXPECT(!bw_realloc_aligned(block, 0, alignment));
    }
  }
  static const size_t wrong[] = {0, 3, 24, 4097, SIZE_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    errno = 0;
    EXPECT_IN(!bw_malloc_aligned(8, wrong[i]) && errno == EINVAL, "alignment %zu", wrong[i]);
    errno = 0;
    EXPECT_IN(!bw_zalloc_aligned_at(8, wrong[i], 4) && errno == EINVAL, "alignment %zu", wrong[i]);
    errno = 0;
    EXPECT_IN(!bw_realloc_aligned(NULL, 8, wrong[i]) && errno == EINVAL, "alignment %zu", wrong[i]);
  }
  errno = 0;
  EXPECT(!bw_malloc_aligned_at(8, (size_t)1 << 32, 4) && errno == EINVAL);
}

// Every offset of small alignments, odd ones too: usable to the byte, resizable, freed by free, kept apart.
static void offsets(void) {
  for (size_t alignment = 1; alignment <= 64; alignment *= 2) {
    for (size_t offset = 0; offset <= 2 * alignment; offset++) {
      const size_t size = 100 + offset;
      unsigned char *block = bw_malloc_aligned_at(size, alignment, offset);
      REQUIRE(block);
      EXPECT_IN(((uintptr_t)block + offset) % alignment == 0, "offset %zu of %zu", offset, alignment);
      EXPECT_IN(bw_usable_size(block) >= size, "%zu", bw_usable_size(block));
      pattern_fill(block, size, 5);
      struct bw_block found;
      EXPECT(bw_query(block + size / 2, &found) != BW_FOREIGN && found.start == block);
      if (offset % 3 == 0) {
        block = bw_realloc(block, size + 5000);
        REQUIRE(block);
        EXPECT(pattern_holds(block, size, size, 5));
      }
      free(block);
    }
  }
  static const size_t sizes[] = {0, 1, 5000, 70000, 300000, 3 << 20, 20 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (size_t alignment = 4096; alignment <= 1 << 23; alignment *= 8) {
      unsigned char *block = bw_zalloc_aligned_at(sizes[i], alignment, 24);
      REQUIRE(block);
      EXPECT_IN(((uintptr_t)block + 24) % alignment == 0, "%zu at %zu", sizes[i], alignment);
      EXPECT_IN(is_zero(block, sizes[i]), "%zu at %zu", sizes[i], alignment);
      memset(block, 7, sizes[i]);
      bw_free(block);
      // What is kept for new blocks is not zero.
      block = bw_zalloc_aligned_at(sizes[i], 64, 24);
      EXPECT_IN(block && is_zero(block, sizes[i]), "%zu again", sizes[i]);
      bw_free(block);
      // And begins where it always did.
      block = bw_malloc(sizes[i]);
      EXPECT((uintptr_t)block % 16 == 0);
      bw_free_sized(block, sizes[i]);
    }
  }
}

static void resizing(void) {
  unsigned char *block = bw_rezalloc(NULL, 0, 100);
  EXPECT(is_zero(block, 100));
  memset(block, 1, 100);
  for (size_t size = 100; size < 2000000; size = size * 2 + 13) {
    const size_t larger = size * 2 + 13;
    block = bw_rezalloc(block, size, larger);
    REQUIRE(block);
    EXPECT_IN(block[size - 1] == 1 && is_zero(block + size, larger - size), "size %zu", size);
    memset(block, 1, larger);
  }
  bw_free(block);
  for (size_t size = 8; size < 5000000; size = size * 3 + 1) {
    block = bw_malloc(size);
    pattern_fill(block, size, 9);
    errno = 77;
    unsigned char *same = bw_expand(block, size / 2 + 1);
    EXPECT_IN(same == block || is_variant("debug"), "size %zu does not shrink in place", size);
    if (same) EXPECT(pattern_holds(block, size, size / 2 + 1, 9));
    const size_t smaller = bw_usable_size(block);
    EXPECT(!bw_expand(block, OPAQUE(size * 100)) && bw_usable_size(block) == smaller);
    // Back to where it was: that is always room enough.
    EXPECT_IN(bw_expand(block, size) == block && bw_usable_size(block) >= size, "size %zu does not grow back", size);
    memset(block, 4, size);
    EXPECT_EQUAL(errno, 77);
    bw_free_sized(block, size);
  }
}

// A block that keeps more room behind it than a 32-bit number says.
static void shrinking(void) {
  char *block = malloc((size_t)10 << 30);
  if (!block) return;  // a machine that commits no more than it has
  block[0] = 1;
  EXPECT(!bw_expand(block, 100) || is_variant("release"));
  block = realloc(block, ((size_t)10 << 30) / 20 * 11);
  REQUIRE(block);
  EXPECT(block[0] == 1);
  block[(((size_t)10 << 30) / 20 * 11) - 1] = 2;
  free(block);
}

int main(void) {
  expect_start();
  shrinking();
  family();
  overflows();
  alignment();
  offsets();
  resizing();
  EXPECT_EQUAL(bw_check_heap(), 0);
  return expect_end();
}
