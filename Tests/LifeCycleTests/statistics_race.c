// mallinfo2 and its kin while another thread allocates: their numbers may be of no one moment, but they come.
#include "expect.h"
#include <malloc.h>
#include <pthread.h>

static int stop;

// Nine blocks of a page of seven: pages become full, empty and first in turn.
static void *work(void *unused) {
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    void *blocks[9];
    for (int i = 0; i < 9; i++) REQUIRE(blocks[i] = malloc(8192));
    for (int i = 0; i < 9; i++) free(blocks[i]);
  }
  return unused;
}

int main(void) {
  expect_start();
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, work, NULL) == 0);
  for (long i = 0; i < full_or_quick(2000000, 400000); i++) {
    struct mallinfo2 info = mallinfo2();
    EXPECT_AT_MOST(info.uordblks, (size_t)64 << 20);
    if (i % 1000 == 0) malloc_trim(0);
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(thread, NULL);
  return expect_end();
}
