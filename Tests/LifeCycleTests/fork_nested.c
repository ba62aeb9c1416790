// Forks of forks, five deep, each level with threads of its own and with the blocks of all levels above.
#include "pattern.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { depth_limit = 5, block_count = 200 };
static void *blocks[depth_limit + 1][block_count];

static size_t size_of(int depth, int index) { return (size_t)(index + 1) * (index + 1) * (depth + 1); }

static void *fill_level(void *argument) {
  int depth = (int)(intptr_t)argument;
  for (int i = 0; i < block_count; i++) {
    REQUIRE(blocks[depth][i] = malloc(size_of(depth, i)));
    pattern_fill(blocks[depth][i], size_of(depth, i), depth * 1000 + i);
  }
  return NULL;
}

static void *churn(void *stop) {
  while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED))
    for (size_t size = 16; size < 200000; size *= 3) free(malloc(size));
  return NULL;
}

static void level(int depth) {
  alarm(30);
  // A thread that ends leaves this level's blocks; another one allocates during the fork.
  int stop = 0;
  pthread_t filler, churner;
  REQUIRE(pthread_create(&filler, NULL, fill_level, (void *)(intptr_t)depth) == 0);
  pthread_join(filler, NULL);
  REQUIRE(pthread_create(&churner, NULL, churn, &stop) == 0);
  if (depth < depth_limit) {
    pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
      level(depth + 1);
      _exit(expect_end());
    }
    int status = 0;
    REQUIRE(waitpid(process, &status, 0) == process);
    EXPECT_IN(status == 0, "depth %d: wait status 0x%x", depth + 1, (unsigned)status);
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(churner, NULL);
  for (int above = 0; above <= depth; above++)
    for (int i = 0; i < block_count; i++) {
      EXPECT(pattern_holds(blocks[above][i], size_of(above, i), size_of(above, i), above * 1000 + i));
      free(blocks[above][i]);
    }
}

int main(void) {
  expect_start();
  long rounds = full_or_quick(10, 2);
  for (long round = 0; round < rounds; round++) level(0);
  return expect_end();
}
