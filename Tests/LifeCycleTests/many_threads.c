// 20,000 threads come and go, with blocks that others free: from the second quarter of them to the last, memory does not grow.
// What counts is what malloc_trim leaves when nothing is held any more: how much there is while they run is a matter of how far
// behind the purge was.
//
// The bounds are well below what the smallest leak per thread would make: 10,000 times one 64 KiB slice is 640 MiB of
// addresses, 10,000 times a heap of a KiB is 10 MiB. An allocator may still reserve another arena or two; and where
// segments have random places, the page map comes to know more of them (4 KiB each, fewer and fewer).
#include "memory.h"
#include "pattern.h"
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

enum { wave_size = 8, blocks_per_thread = 40, hand_over_count = 512 };

struct block {
  size_t size;
  uint64_t seed;
  unsigned char bytes[];
};
static struct block *handed_over[hand_over_count];

static void check_and_free(struct block *block) {
  if (!block) return;
  EXPECT(pattern_holds(block->bytes, block->size, block->size, block->seed));
  free(block);
}

static void *thread(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  struct block *own[blocks_per_thread / 2];
  for (int i = 0; i < blocks_per_thread; i++) {
    size_t size = random_size(&state, 400000);
    struct block *block = malloc(sizeof *block + size);
    REQUIRE(block != NULL);
    *block = (struct block){size, state};
    pattern_fill(block->bytes, size, state);
    if (i % 2) own[i / 2] = block;
    else check_and_free(__atomic_exchange_n(&handed_over[random_next(&state) % hand_over_count], block, __ATOMIC_ACQ_REL));
  }
  for (int i = 0; i < blocks_per_thread / 2; i++) check_and_free(own[i]);
  return NULL;
}

// The memory that stays.
static long run_threads(long count, uint64_t seed) {
  for (long done = 0; done < count; done += wave_size) {
    pthread_t threads[wave_size];
    for (int i = 0; i < wave_size; i++)
      REQUIRE(pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + (uint64_t)(done + i) * 2)) == 0);
    for (int i = 0; i < wave_size; i++) pthread_join(threads[i], NULL);
  }
  for (int i = 0; i < hand_over_count; i++) check_and_free(__atomic_exchange_n(&handed_over[i], NULL, __ATOMIC_ACQ_REL));
  usleep(300000);  // memory that waits for its purge is due then
  malloc_trim(0);
  return memory_now("VmRSS:");
}

int main(void) {
  expect_start();
  uint64_t seed = random_seed() | 1;  // odd, so that no thread's state is zero
  long quarter = full_or_quick(5000, 1000);
  long resident[4], reserved = 0;
  for (int i = 0; i < 4; i++) {
    resident[i] = run_threads(quarter, seed + 1000000 * (uint64_t)i);
    if (i == 1) reserved = memory_now("VmSize:");
  }
  printf("of the quarters of %ld threads: VmRSS %ld, %ld, %ld, %ld KiB; VmSize %ld, then %ld KiB\n", quarter,
         resident[0], resident[1], resident[2], resident[3], reserved, memory_now("VmSize:"));
  EXPECT_AT_MOST(resident[3], resident[1] + 8 * mib);
  EXPECT_AT_MOST(memory_now("VmSize:"), reserved + 240 * mib);
  return expect_end();
}
