// malloc: distinct, 16-byte aligned, writable blocks for every size, malloc(0) included; errno stays as it was.
#include "pattern.h"
#include "sizes.h"
#include <errno.h>

static void every_size_alone(void) {
  for (int i = 0; i < edge_size_count; i++) {
    errno = 4711;
    void *block = malloc(edge_sizes[i]);
    EXPECT_EQUAL(errno, 4711);
    REQUIRE(block != NULL);
    EXPECT_EQUAL((uintptr_t)block % 16, 0);
    pattern_fill(block, edge_sizes[i], i);
    EXPECT(pattern_holds(block, edge_sizes[i], edge_sizes[i], i));
    free(block);
  }
}

// Blocks of all sizes live at once: an overlap would show as a lost pattern.
static void all_sizes_together(void) {
  enum { copies = 20 };
  static void *blocks[edge_size_count][copies];
  for (int i = 0; i < edge_size_count; i++)
    for (int k = 0; k < copies && edge_sizes[i] * copies < 32u << 20; k++) {
      blocks[i][k] = malloc(edge_sizes[i]);
      REQUIRE(blocks[i][k] != NULL);
      EXPECT_EQUAL((uintptr_t)blocks[i][k] % 16, 0);
      pattern_fill(blocks[i][k], edge_sizes[i], (uint64_t)i * copies + k);
    }
  for (int i = 0; i < edge_size_count; i++)
    for (int k = 0; k < copies; k++) {
      if (blocks[i][k])
        EXPECT_IN(pattern_holds(blocks[i][k], edge_sizes[i], edge_sizes[i], (uint64_t)i * copies + k),
                  "size %zu, copy %d", edge_sizes[i], k);
      free(blocks[i][k]);
    }
}

static void empty_blocks_are_unique(void) {
  enum { count = 1000 };
  static char *blocks[count];
  for (int i = 0; i < count; i++) {
    blocks[i] = malloc(0);
    EXPECT(blocks[i] != NULL);
    for (int k = 0; k < i; k++) EXPECT(blocks[k] != blocks[i]);
  }
  for (int i = 0; i < count; i++) free(blocks[i]);
}

// Sizes 1 to 3000 byte by byte: alignment must not depend on a size's luck.
static void small_sizes_are_aligned(void) {
  static void *blocks[3001];
  for (size_t size = 1; size <= 3000; size++) {
    blocks[size] = malloc(size);
    EXPECT_IN(blocks[size] && (uintptr_t)blocks[size] % 16 == 0, "size %zu at %p", size, blocks[size]);
    memset(blocks[size], (int)size, size);
  }
  for (size_t size = 1; size <= 3000; size++) {
    unsigned char *bytes = blocks[size];
    EXPECT(bytes[0] == (unsigned char)size && bytes[size - 1] == (unsigned char)size);
    free(blocks[size]);
  }
}

int main(void) {
  expect_start();
  every_size_alone();
  all_sizes_together();
  empty_blocks_are_unique();
  small_sizes_are_aligned();
  return expect_end();
}
