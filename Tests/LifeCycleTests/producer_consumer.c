// One thread allocates and another frees, for ever: what the consumer frees comes back to the producer, so that the resident
// size does not grow from round to round.
#include "memory.h"
#include "pattern.h"
#include <pthread.h>
#include <semaphore.h>

enum { batch_size = 2000, queue_length = 4 };

struct batch {
  void *blocks[batch_size];
  size_t sizes[batch_size];
};
static struct batch batches[queue_length];
static sem_t empty, filled;
static long rounds, batches_per_round;

static void *consume(void *unused) {
  for (long i = 0; i < rounds * batches_per_round; i++) {
    sem_wait(&filled);
    struct batch *batch = &batches[i % queue_length];
    for (int k = 0; k < batch_size; k++) {
      EXPECT(pattern_holds(batch->blocks[k], batch->sizes[k], batch->sizes[k], k));
      free(batch->blocks[k]);
    }
    sem_post(&empty);
  }
  return unused;
}

int main(void) {
  expect_start();
  uint64_t state = random_seed();
  pthread_t consumer;
  rounds = full_or_quick(12, 6);
  batches_per_round = full_or_quick(50, 15);
  long settled = 0;
  sem_init(&empty, 0, queue_length);
  sem_init(&filled, 0, 0);
  REQUIRE(pthread_create(&consumer, NULL, consume, NULL) == 0);
  for (long i = 0; i < rounds * batches_per_round; i++) {
    sem_wait(&empty);
    struct batch *batch = &batches[i % queue_length];
    for (int k = 0; k < batch_size; k++) {
      batch->sizes[k] = random_size(&state, 60000);
      REQUIRE(batch->blocks[k] = malloc(batch->sizes[k]));
      pattern_fill(batch->blocks[k], batch->sizes[k], k);
    }
    sem_post(&filled);
    if (i == 2 * batches_per_round) settled = memory_now("VmRSS:");
  }
  pthread_join(consumer, NULL);
  // A full round is some 100,000 blocks, 60 MB and more.
  printf("VmRSS %ld KiB after 2 rounds, %ld after %ld\n", settled, memory_now("VmRSS:"), rounds);
  EXPECT_AT_MOST(memory_now("VmRSS:"), settled + 24 * mib);
  return expect_end();
}
