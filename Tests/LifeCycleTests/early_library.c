// A library that is initialised before a preloaded one: its constructor starts threads that allocate and end, and
// registers fork handlers that allocate. Linked to early_work.c.
#include "pattern.h"
#include <pthread.h>

int handler_calls;
static void *volatile from_constructor;

static void *short_life(void *unused) {
  void *blocks[400];
  for (int i = 0; i < 400; i++) {
    REQUIRE(blocks[i] = malloc(100));
    pattern_fill(blocks[i], 100, i);
  }
  for (int i = 0; i < 400; i++) free(blocks[i]);
  return unused;
}

void run_short_lives(int count) {
  for (int i = 0; i < count; i++) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, short_life, NULL) == 0);
    pthread_join(thread, NULL);
  }
}

// In the sizes that need a lock: a large block, a huge one, and a new page of blocks.
static void allocating_handler(void) {
  static const size_t sizes[] = {300000, 20000000, 60000, 48};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *block = malloc(sizes[i]);
    if (!block) continue;
    block[0] = 1;
    free(block);
  }
  handler_calls++;
}

__attribute__((constructor)) static void start(void) {
  REQUIRE(from_constructor = malloc(1000));
  run_short_lives(200);
  REQUIRE(pthread_atfork(allocating_handler, allocating_handler, allocating_handler) == 0);
}
