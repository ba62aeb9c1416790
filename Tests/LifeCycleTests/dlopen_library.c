// A library that allocates in its constructor and frees in its destructor. Opened by dlopen.c.
#include "pattern.h"

enum { block_count = 50 };
static void *blocks[block_count];
static __thread char *per_thread;

static size_t size_of(int index) { return (size_t)(index + 1) * (index + 1) * 20; }

__attribute__((constructor)) static void fill(void) {
  for (int i = 0; i < block_count; i++) {
    REQUIRE(blocks[i] = malloc(size_of(i)));
    pattern_fill(blocks[i], size_of(i), i);
  }
  REQUIRE(per_thread = malloc(100));
}

__attribute__((destructor)) static void empty(void) {
  for (int i = 0; i < block_count; i++) {
    if (!pattern_holds(blocks[i], size_of(i), size_of(i), i)) abort();
    free(blocks[i]);
  }
  free(per_thread);
}

// A block that outlives the library.
void *make_block(size_t size) { return malloc(size); }
