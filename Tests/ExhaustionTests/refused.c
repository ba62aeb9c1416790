// refused: all of malloc's family while system calls of the library fail (options fail_call, fail_one_in). What cannot be had is
// NULL with ENOMEM, what was had keeps its content, and afterwards everything can be freed. Ends with 0 if all of that holds.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>

enum { slot_count = 60 };
static const size_t sizes[] = {0, 1, 40, 500, 2000, 8000, 20000, 100000, 200000, 1 << 20, 3 << 20, 9 << 20};
enum { size_count = sizeof sizes / sizeof sizes[0] };
struct slot { void *block; size_t size; };

// A failure must say why; a block must be usable. errno is only looked at after a failure.
static void take(struct slot *slot, void *block, size_t size, uint64_t seed) {
  if (!block) {
    EXPECT_EQUAL(errno, ENOMEM);
    return;
  }
  slot->block = block, slot->size = size;
  EXPECT(malloc_usable_size(block) >= size);
  pattern_fill(block, size, seed);
}

static void one_slot(struct slot *slot, int step, uint64_t seed) {
  size_t size = sizes[step % size_count];
  errno = 0;
  if (slot->block && step % 3) {
    EXPECT_IN(pattern_holds(slot->block, slot->size, slot->size, seed), "block of %zu", slot->size);
    errno = 77;
    free(slot->block);
    EXPECT_EQUAL(errno, 77);
    *slot = (struct slot){NULL, 0};
    return;
  }
  if (slot->block) {
    void *block = realloc(slot->block, size + 1);
    size_t kept = slot->size < size + 1 ? slot->size : size + 1;
    EXPECT_IN(pattern_holds(block ? block : slot->block, slot->size, block ? kept : slot->size, seed), "realloc of %zu to %zu",
              slot->size, size + 1);
    take(slot, block, size + 1, seed);
    return;
  }
  switch (step % 5) {
    case 0: {
      void *block = calloc(1, size);
      if (block) EXPECT(all_zero(block, size));
      take(slot, block, size, seed);
      break;
    }
    case 1: {
      void *block = NULL;
      int result = posix_memalign(&block, 4096, size);
      EXPECT_IN(result == 0 || result == ENOMEM, "posix_memalign: %d", result);
      EXPECT_EQUAL(errno, 0);
      if (result == 0) take(slot, block, size, seed);
      break;
    }
    default: take(slot, malloc(size), size, seed);
  }
}

static void *work(void *argument) {
  struct slot slots[slot_count] = {{NULL, 0}};
  uint64_t thread = (uint64_t)(uintptr_t)argument;
  int steps = (int)full_or_quick(600, 300);
  for (int step = 0; step < steps; step++) {
    int at = (step * 7 + (int)thread) % slot_count;
    one_slot(&slots[at], step, thread * 1000 + (uint64_t)at);
  }
  for (int i = 0; i < slot_count; i++) {
    if (slots[i].block) EXPECT(pattern_holds(slots[i].block, slots[i].size, slots[i].size, thread * 1000 + (uint64_t)i));
    free(slots[i].block);
  }
  return NULL;
}

int main(int count, char **arguments) {
  expect_start();
  int threads = count > 1 ? atoi(arguments[1]) : 0;
  work(NULL);
  pthread_t thread[16];
  int made = 0;
  // What libc itself cannot have for a thread is no failure of ours.
  while (made < threads && pthread_create(&thread[made], NULL, work, (void *)(uintptr_t)(made + 1)) == 0) made++;
  for (int i = 0; i < made; i++) pthread_join(thread[i], NULL);
  malloc_trim(0);
  work(NULL);
  return expect_end();
}
