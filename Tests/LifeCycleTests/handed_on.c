// Threads that end while others begin, and leave their blocks to their successors: a heap that waits for its next thread gives
// pages to other heaps meanwhile, and must not be handed on with one of them half given.
#include "pattern.h"
#include <pthread.h>
#include <semaphore.h>

enum { lane_count = 4, block_count = 5000, steps = 20000 };

struct lane {
  uint64_t state;
  long generations;
  unsigned char *blocks[block_count];
  size_t sizes[block_count];
};
static struct lane lanes[lane_count];
static sem_t finished;

// The next thread of a lane; nobody waits for it.
static void *live(void *argument);
static void begin(struct lane *lane) {
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, live, lane) == 0);
  pthread_detach(thread);
}

static void *live(void *argument) {
  struct lane *lane = argument;
  for (int i = 0; i < steps; i++) {
    size_t one = random_next(&lane->state) % block_count;
    unsigned char *block = lane->blocks[one];
    if (block) {
      // Of this thread, or of any before it.
      if (block[0] != (unsigned char)one || block[lane->sizes[one] - 1] != (unsigned char)one) abort();
      free(block);
    }
    size_t size = 8 + random_next(&lane->state) % 993;
    block = malloc(size);
    REQUIRE(block != NULL);
    block[0] = block[size - 1] = (unsigned char)one;
    lane->blocks[one] = block;
    lane->sizes[one] = size;
  }
  // The next one begins while this one ends.
  if (--lane->generations) begin(lane);
  else sem_post(&finished);
  return NULL;
}

int main(void) {
  expect_start();
  uint64_t seed = random_seed();
  sem_init(&finished, 0, 0);
  for (int i = 0; i < lane_count; i++) {
    lanes[i].state = seed + (uint64_t)i;
    lanes[i].generations = full_or_quick(500, 100);
    begin(&lanes[i]);
  }
  for (int i = 0; i < lane_count; i++) sem_wait(&finished);
  for (int i = 0; i < lane_count; i++)
    for (int at = 0; at < block_count; at++) free(lanes[i].blocks[at]);
  return expect_end();
}
