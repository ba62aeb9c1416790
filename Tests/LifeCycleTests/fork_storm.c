// fork while four threads allocate: each child finds a working allocator, its parent's blocks and the other threads' blocks.
//
// A lock that some thread held at the moment of the fork would hang the child: an alarm turns that into a failure.
#include "pattern.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { thread_count = 4, slot_count = 32, own_count = 16 };

struct block {
  size_t size;
  uint64_t seed;
  unsigned char bytes[];
};
static struct block *slots[slot_count];  // blocks in a slot are complete: whoever takes one out may check and free it
static int stop;

static struct block *new_block(uint64_t *state) {
  size_t size = random_size(state, 150000);
  struct block *block = malloc(sizeof *block + size);
  REQUIRE(block != NULL);
  *block = (struct block){size, *state};
  pattern_fill(block->bytes, size, block->seed);
  return block;
}

static int good(const struct block *block) { return pattern_holds(block->bytes, block->size, block->size, block->seed); }

static void *allocate_without_end(void *argument) {
  uint64_t state = (uint64_t)(uintptr_t)argument;
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    struct block *block = new_block(&state);
    block = __atomic_exchange_n(&slots[random_next(&state) % slot_count], block, __ATOMIC_ACQ_REL);
    if (block) EXPECT(good(block));
    free(block);
    // A breath now and then, or on few processors the children would mostly wait for these threads.
    if (random_next(&state) % 64 == 0) usleep(20);
  }
  return NULL;
}

// Returns the child's exit status.
static int child(struct block **own, uint64_t state) {
  alarm(20);
  for (int i = 0; i < 20; i++) {
    struct block *block = new_block(&state);
    if (!good(block)) return 11;
    free(block);
  }
  for (int i = 0; i < own_count; i++) {
    if (!good(own[i])) return 12;
    own[i] = realloc(own[i], sizeof *own[i] + own[i]->size * 2);
    if (!own[i] || !good(own[i])) return 13;
    free(own[i]);
  }
  for (int i = 0; i < slot_count; i++) {
    if (slots[i] && !good(slots[i])) return 14;
    free(slots[i]);
    slots[i] = new_block(&state);
  }
  return expect_failures ? 15 : 0;
}

int main(void) {
  expect_start();
  uint64_t state = random_seed() | 1;
  pthread_t threads[thread_count];
  struct block *own[own_count];
  for (int i = 0; i < thread_count; i++)
    REQUIRE(pthread_create(&threads[i], NULL, allocate_without_end, (void *)(uintptr_t)(state + 2 * (uint64_t)i)) == 0);
  long forks = full_or_quick(1000, 50);
  for (long number = 0; number < forks; number++) {
    for (int i = 0; i < own_count; i++) own[i] = new_block(&state);
    fflush(NULL);
    pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) _exit(child(own, state));
    for (int i = 0; i < own_count; i++) {
      EXPECT(good(own[i]));
      free(own[i]);
    }
    int status = 0;
    REQUIRE(waitpid(process, &status, 0) == process);
    EXPECT_IN(status == 0, "fork %ld: wait status 0x%x", number, (unsigned)status);
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  return expect_end();
}
