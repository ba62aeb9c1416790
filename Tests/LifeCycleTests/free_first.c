// Threads whose first deed is to free, resize or measure a block of another thread; some never allocate at all.
#include "pattern.h"
#include <malloc.h>
#include <pthread.h>

enum { block_count = 24, wave_size = 8 };
static const size_t sizes[] = {16, 48, 1000, 5000, 20000, 100000, 200000, 3145728};

struct task {
  int way;
  void *blocks[block_count];
};

static void *thread(void *argument) {
  struct task *task = argument;
  for (int i = 0; i < block_count; i++) {
    size_t size = sizes[i % 8];
    EXPECT(pattern_holds(task->blocks[i], size, size, i));
    if (task->way == 1) EXPECT_AT_LEAST(malloc_usable_size(task->blocks[i]), size);
    if (task->way == 2) {
      task->blocks[i] = realloc(task->blocks[i], size * 2);
      EXPECT(task->blocks[i] && pattern_holds(task->blocks[i], size, size, i));
    }
    free(task->blocks[i]);
    if (task->way == 3) free(calloc(1, size));
  }
  free(NULL);
  return NULL;
}

int main(void) {
  expect_start();
  long waves = full_or_quick(100, 15);
  for (long wave = 0; wave < waves; wave++) {
    pthread_t threads[wave_size];
    struct task tasks[wave_size];
    for (int i = 0; i < wave_size; i++) {
      tasks[i].way = i % 4;
      for (int k = 0; k < block_count; k++) {
        REQUIRE(tasks[i].blocks[k] = malloc(sizes[k % 8]));
        pattern_fill(tasks[i].blocks[k], sizes[k % 8], k);
      }
    }
    for (int i = 0; i < wave_size; i++) REQUIRE(pthread_create(&threads[i], NULL, thread, &tasks[i]) == 0);
    for (int i = 0; i < wave_size; i++) pthread_join(threads[i], NULL);
  }
  return expect_end();
}
