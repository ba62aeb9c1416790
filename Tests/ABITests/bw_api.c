// The bw_ functions: what is ours is told from what is not, good sizes are real ones, collecting hurts nobody.
#include "pattern.h"
#include "sizes.h"
#include <malloc.h>
#include <stdbool.h>
#include <sys/mman.h>

extern const char *bw_version(void) __attribute__((weak));
extern bool bw_owns(const void *) __attribute__((weak));
extern size_t bw_good_size(size_t) __attribute__((weak));
extern void bw_collect(bool) __attribute__((weak));

static int global;

static void owns(void) {
  int local = 0;
  void *mapping = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(!bw_owns(NULL));
  EXPECT(!bw_owns(&local));
  EXPECT(!bw_owns(&global));
  EXPECT(!bw_owns(mapping));
  EXPECT(!bw_owns((void *)8));
  EXPECT(!bw_owns((void *)0xdead000000000000));
  EXPECT(!bw_owns((void *)-1));
  for (int i = 0; i < edge_size_count; i++) {
    void *block = malloc(edge_sizes[i]);
    EXPECT_IN(bw_owns(block), "size %zu", edge_sizes[i]);
    free(block);
  }
  munmap(mapping, 65536);
}

static void good_sizes(void) {
  size_t before = 0;
  for (size_t size = 0; size <= 300000; size += size < 5000 ? 1 : 97) {
    size_t good = bw_good_size(size);
    EXPECT_IN(good >= size, "%zu for %zu", good, size);
    EXPECT_IN(good >= before, "%zu for %zu after %zu", good, size, before);
    EXPECT_IN(bw_good_size(good) == good, "%zu for %zu is not its own good size", good, size);
    before = good;
  }
  // A good size is not an estimate: it is what malloc makes usable.
  for (int i = 0; i < edge_size_count; i++) {
    void *block = malloc(edge_sizes[i]);
    EXPECT_IN(bw_good_size(edge_sizes[i]) == malloc_usable_size(block), "size %zu: %zu and %zu", edge_sizes[i],
              bw_good_size(edge_sizes[i]), malloc_usable_size(block));
    free(block);
  }
}

static void collect(void) {
  void *kept = malloc(1000);
  pattern_fill(kept, 1000, 1);
  for (int i = 0; i < 20; i++) {
    free(malloc(100 * (size_t)i));
    bw_collect(i % 2);
  }
  EXPECT(pattern_holds(kept, 1000, 1000, 1));
  free(kept);
}

int main(void) {
  expect_start();
  REQUIRE(bw_version && bw_owns && bw_good_size && bw_collect);
  EXPECT(bw_version() && bw_version()[0] >= '0' && bw_version()[0] <= '9');
  owns();
  good_sizes();
  collect();
  return expect_end();
}
