// A thread's blocks are freed by another one; the owner only allocates and frees a few of its own, from one page. Their
// memory goes back all the same.
#include "memory.h"
#include <pthread.h>

enum { block_count = 1000000 };
static void *blocks[block_count];

static void *free_all(void *unused) {
  for (int i = 0; i < block_count; i++) free(blocks[i]);
  return unused;
}

int main(void) {
  expect_start();
  for (int i = 0; i < block_count; i++) {
    REQUIRE(blocks[i] = malloc(200));
    memset(blocks[i], 1, 200);
  }
  long full = memory_now("VmRSS:");
  EXPECT_AT_LEAST(full, 190 * mib);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, free_all, NULL) == 0);
  pthread_join(thread, NULL);
  long resident = full;
  for (int look = 0; look < 60 && resident > full / 4; look++) {
    for (int i = 0; i < 100000; i++) free(malloc(48));
    sleep_milliseconds(25);
    resident = memory_now("VmRSS:");
  }
  EXPECT_AT_MOST(resident, full / 4);
  return expect_end();
}
