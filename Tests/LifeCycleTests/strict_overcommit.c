// vm.overcommit_memory=2: what is reserved but not committed must not count, and what cannot be committed is refused.
//
// The argument is the system's commit limit in KiB. Nothing near it is ever held: other programs run at the same time.
#include "pattern.h"
#include <errno.h>
#include <pthread.h>

enum { slot_count = 500, thread_count = 8 };

static void *work(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  struct { void *block; size_t size; } slots[slot_count] = {{NULL, 0}};
  for (long i = 0; i < full_or_quick(40000, 2000); i++) {
    size_t slot = random_next(&state) % slot_count;
    if (slots[slot].block) EXPECT(pattern_holds(slots[slot].block, slots[slot].size, slots[slot].size, slot));
    free(slots[slot].block);
    slots[slot].size = random_size(&state, 2000000);
    REQUIRE(slots[slot].block = malloc(slots[slot].size));
    pattern_fill(slots[slot].block, slots[slot].size, slot);
  }
  for (int i = 0; i < slot_count; i++) free(slots[i].block);
  return NULL;
}

static void all_threads(uint64_t seed) {
  pthread_t threads[thread_count];
  for (int i = 0; i < thread_count; i++)
    REQUIRE(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)(seed + 2 * (uint64_t)i)) == 0);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
}

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  size_t limit = strtoull(arguments[1], NULL, 10) << 10;
  REQUIRE(limit > 0);
  uint64_t seed = random_seed() | 1;
  all_threads(seed);
  void *block = malloc(3000000);
  REQUIRE(block != NULL);
  pattern_fill(block, 3000000, 1);
  for (int i = 0; i < 10; i++) {
    size_t too_much = OPAQUE(limit + ((size_t)i << 30));
    errno = 0;
    EXPECT(malloc(too_much) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    errno = 0;
    EXPECT(calloc(1, too_much) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    errno = 0;
    EXPECT(realloc(OPAQUE(block), too_much) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
  }
  EXPECT(pattern_holds(block, 3000000, 3000000, 1));
  free(block);
  all_threads(seed + 100);
  return expect_end();
}
