// malloc_trim gives back what the heaps of ended threads have kept for the next thread: at once, not after the purge delay, which is an
// hour here.
#include "memory.h"
#include "pattern.h"
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>

extern bool bw_option_set(const char *name, const char *value) __attribute__((weak));

// Half a MiB of each of 60 sizes, which are mostly different classes, fill pages that a heap keeps when they are empty.
static void *allocate_and_free(void *unused) {
  static void *blocks[60][4096];
  for (int size = 0; size < 60; size++)
    for (size_t bytes = 64 + 100 * size, i = 0; i < 4096 && i * bytes < 512 << 10; i++) {
      REQUIRE(blocks[size][i] = malloc(bytes));
      pattern_fill(blocks[size][i], bytes, i);
    }
  for (int size = 0; size < 60; size++)
    for (int i = 0; i < 4096; i++) free(blocks[size][i]);
  return unused;
}

int main(void) {
  expect_start();
  REQUIRE(bw_option_set && bw_option_set("purge_delay", "3600000"));
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, allocate_and_free, NULL) == 0);
  pthread_join(thread, NULL);
  long before = memory_now("VmRSS:");
  malloc_trim(0);
  long after = memory_now("VmRSS:");
  printf("%ld KiB before malloc_trim, %ld after\n", before, after);
  // What the thread kept was most of 30 MiB; what is left is the program, the table above and metadata.
  EXPECT_AT_LEAST(before, 20 << 10);
  EXPECT_AT_MOST(after, before / 2);
  return expect_end();
}
