// Eight threads allocate in every way, swap blocks at random through shared slots, check the contents, and free.
#include "pattern.h"
#include <malloc.h>
#include <pthread.h>

enum { thread_count = 8, slot_count = 4096 };

struct block {
  size_t size;
  uint64_t seed;
  unsigned char bytes[];
};
static struct block *slots[slot_count];

static struct block *new_block(uint64_t *state) {
  size_t size = random_size(state, 6000000), whole = sizeof(struct block) + size;
  struct block *block = NULL;
  uint64_t draw = random_next(state);
  switch (draw % 8) {
    case 0:
      block = calloc(1, whole);
      EXPECT(block && all_zero(block, whole < 20000 ? whole : 20000));
      break;
    case 1: block = memalign((size_t)16 << (draw >> 32) % 9, whole); break;
    case 2:
      REQUIRE(block = malloc(whole / 2 + sizeof *block));
      block->seed = draw;
      REQUIRE(block = realloc(block, whole));
      EXPECT(block->seed == draw);
      break;
    case 3: EXPECT_EQUAL(posix_memalign((void **)&block, 64, whole), 0); break;
    default: block = malloc(whole);
  }
  REQUIRE(block != NULL);
  EXPECT_EQUAL((uintptr_t)block % 16, 0);
  block->size = size;
  block->seed = draw;
  pattern_fill(block->bytes, size, draw);
  return block;
}

static void check_and_free(struct block *block) {
  if (!block) return;
  EXPECT_IN(pattern_holds(block->bytes, block->size, block->size, block->seed), "size %zu", block->size);
  EXPECT_AT_LEAST(malloc_usable_size(block), sizeof *block + block->size);
  free(block);
}

static void *thread(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  long operations = full_or_quick(150000, 8000);
  for (long i = 0; i < operations; i++) {
    struct block *block = new_block(&state);
    check_and_free(__atomic_exchange_n(&slots[random_next(&state) % slot_count], block, __ATOMIC_ACQ_REL));
  }
  return NULL;
}

int main(void) {
  expect_start();
  uint64_t seed = random_seed() | 1;
  pthread_t threads[thread_count];
  for (int i = 0; i < thread_count; i++)
    REQUIRE(pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + 2 * (uint64_t)i)) == 0);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < slot_count; i++) check_and_free(slots[i]);
  return expect_end();
}
