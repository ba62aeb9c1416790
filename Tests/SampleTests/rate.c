// Of 10⁶ allocations one in argv[1] is sampled: 10⁶/N on average with a standard deviation of √(10⁶/N · (1 − 1/N)), here
// within six of them (a false alarm in 10⁹ runs). With 0 as argument: none, and no handler. By a thread if argv[2] says so.
#include "sampled.h"
#include <math.h>
#include <pthread.h>

enum { size = 64, count = 1000000, kept = 50 };

static long sampled;

static void *allocate(void *argument) {
  static char *blocks[kept];
  for (int i = 0; i < count; i++) {
    char *block = malloc(size);
    REQUIRE(block != NULL);
    sampled += is_sampled(block, size);
    free(blocks[i % kept]);
    blocks[i % kept] = block;
  }
  return argument;
}

int main(int argc, char **argv) {
  expect_start();
  long rate = argc > 1 ? atol(argv[1]) : 0;
  pthread_t thread;
  if (argc > 2 && strcmp(argv[2], "thread") == 0)
    REQUIRE(pthread_create(&thread, NULL, allocate, NULL) == 0 && pthread_join(thread, NULL) == 0);
  else
    allocate(NULL);
  double mean = rate ? (double)count / rate : 0, bound = rate ? 6 * sqrt(mean * (1 - 1.0 / rate)) : 0;
  printf("%ld samples, %.0f ± %.0f expected\n", sampled, mean, bound);
  EXPECT_AT_MOST(sampled, mean + bound);
  EXPECT_AT_LEAST(sampled, mean - bound);
  return expect_end();
}
