// 20,000 threads come and go, with blocks that others free: from the 10,000th to the last, memory does not grow. The most of
// each half counts: one moment may come right after memory was given back.
//
// The bounds are well below what the smallest leak per thread would make: 10,000 times one 64 KiB slice is 640 MiB of
// addresses, 10,000 times a heap of some KiB is above 32 MiB. An allocator may still reserve another arena or two.
#include "memory.h"
#include "pattern.h"
#include <pthread.h>

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

// The most memory after any of the waves.
static long run_threads(long count, uint64_t seed) {
  long most = 0;
  for (long done = 0; done < count; done += wave_size) {
    pthread_t threads[wave_size];
    for (int i = 0; i < wave_size; i++)
      REQUIRE(pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + (uint64_t)(done + i) * 2)) == 0);
    for (int i = 0; i < wave_size; i++) pthread_join(threads[i], NULL);
    long now = memory_now("VmRSS:");
    if (now > most) most = now;
  }
  for (int i = 0; i < hand_over_count; i++) check_and_free(__atomic_exchange_n(&handed_over[i], NULL, __ATOMIC_ACQ_REL));
  return most;
}

int main(void) {
  expect_start();
  uint64_t seed = random_seed() | 1;  // odd, so that no thread's state is zero
  long half = full_or_quick(10000, 2000);
  long resident = run_threads(half, seed), reserved = memory_now("VmSize:");
  long last = run_threads(half, seed + 1000000);
  printf("up to %ld threads: VmRSS %ld KiB, VmSize %ld KiB; up to %ld: %ld, %ld\n", half, resident, reserved, 2 * half,
         last, memory_now("VmSize:"));
  EXPECT_AT_MOST(last, resident + 16 * mib);
  EXPECT_AT_MOST(memory_now("VmSize:"), reserved + 240 * mib);
  return expect_end();
}
