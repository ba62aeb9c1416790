// Threads that pass sampled blocks on, realloc, calloc and fork in between: nothing is lost, nothing is reported.
#include "sampled.h"
#include <pthread.h>

enum { thread_count = 4, slot_count = 40 };
size_t malloc_usable_size(void *block);

static char *slots[slot_count];

static void *work(void *argument) {
  unsigned random = 1 + (unsigned)(uintptr_t)argument;
  long rounds = full_or_quick(100000, 20000);
  for (long i = 0; i < rounds; i++) {
    random = random * 1103515245 + 12345;
    size_t size = 16 + (random >> 16) % 3000;
    char *block;
    switch (random >> 8 & 3) {
      case 0:
        block = calloc(1, size);
        for (size_t at = 0; at < size; at += 7) EXPECT(block[at] == 0);
        break;
      case 1:
        block = malloc(40);
        memset(block, 0x33, 40);
        block = realloc(block, size);
        EXPECT(block[0] == 0x33 && block[15] == 0x33);
        break;
      case 2:
        block = aligned_alloc(256, size);
        EXPECT(((uintptr_t)block & 255) == 0);
        break;
      default: block = malloc(size); break;
    }
    EXPECT_AT_LEAST(malloc_usable_size(block), size);
    memset(block, (int)(size & 0x7f), size);
    *(size_t *)block = size;
    char *old = __atomic_exchange_n(&slots[random % slot_count], block, __ATOMIC_ACQ_REL);
    if (!old) continue;
    size = *(size_t *)old;
    EXPECT(old[8] == (char)(size & 0x7f) && old[size - 1] == (char)(size & 0x7f));
    free(old);
  }
  return NULL;
}

static void in_child(void *argument) {
  work(argument);
  for (int i = 0; i < slot_count; i++) free(slots[i]);
  if (expect_failures) _exit(1);
}

int main(void) {
  expect_start();
  pthread_t threads[thread_count];
  for (long i = 0; i < thread_count; i++) REQUIRE(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  struct child_outcome outcome = run_child(in_child, (void *)99L);
  EXPECT_IN(outcome.status == 0, "the child's wait status is 0x%x: %.80s", (unsigned)outcome.status, outcome.text);
  for (int i = 0; i < slot_count; i++) free(slots[i]);
  return expect_end();
}
