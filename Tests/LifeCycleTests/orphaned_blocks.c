// Threads end and leave live blocks, which others free later: the contents last, and the memory comes back each time.
#include "memory.h"
#include "pattern.h"
#include <pthread.h>

enum { block_count = 40000 };
static const size_t sizes[] = {40, 300, 1000, 3000};  // some 43 MB a round
static void *blocks[block_count];

static size_t size_of(int index) { return sizes[index % 4]; }

static void *allocate_all(void *unused) {
  for (int i = 0; i < block_count; i++) {
    REQUIRE(blocks[i] = malloc(size_of(i)));
    pattern_fill(blocks[i], size_of(i), i);
  }
  return unused;
}

static void *free_all(void *unused) {
  for (int i = 0; i < block_count; i++) {
    EXPECT(pattern_holds(blocks[i], size_of(i), size_of(i), i));
    free(blocks[i]);
  }
  return unused;
}

static void in_thread(void *(*function)(void *)) {
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, function, NULL) == 0);
  pthread_join(thread, NULL);
}

int main(void) {
  expect_start();
  long start = memory_now("VmRSS:"), settled = 0, rounds = full_or_quick(30, 8);
  for (long round = 0; round < rounds; round++) {
    in_thread(allocate_all);
    // Freed by main, by a new thread, and by a thread that goes on to allocate.
    if (round % 3 == 0) free_all(NULL);
    if (round % 3 == 1) in_thread(free_all);
    if (round % 3 == 2) {
      in_thread(free_all);
      in_thread(allocate_all);
      free_all(NULL);
    }
    if (round == 5) settled = memory_now("VmRSS:");
  }
  long last = memory_now("VmRSS:");
  printf("VmRSS: %ld KiB at the start, %ld after 6 rounds, %ld after all\n", start, settled, last);
  // One round's blocks are about 43 MB: a round that is lost shows.
  EXPECT_AT_MOST(last, settled + 32 * mib);
  EXPECT_AT_MOST(resident_after_purge(start + 24 * mib), start + 24 * mib);
  return expect_end();
}
