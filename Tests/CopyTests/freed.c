// A copy into or out of a freed block is reported, whoever freed it, wherever in the block it begins.
#include "functions.h"
#include <pthread.h>

static const size_t sizes[] = {24, 1000, 30000, 131072};
static char other[262144];

struct copy {
  const struct function *function;
  char *block;
  size_t offset, count;
  int into, frees_elsewhere;
};

static void *free_it(void *block) {
  free(block);
  return NULL;
}

static void copy_after_free(void *argument) {
  struct copy *copy = argument;
  pthread_t thread;
  if (copy->frees_elsewhere) {
    if (pthread_create(&thread, NULL, free_it, copy->block) || pthread_join(thread, NULL)) _exit(4);
  } else {
    free(copy->block);
  }
  char *inside = OPAQUE(copy->block) + copy->offset;
  target_is_freed = copy->into;
  if (copy->into)
    copy->function->call(inside, other, copy->count, SIZE_MAX);
  else
    copy->function->call(other, inside, copy->count, SIZE_MAX);
}

int main(void) {
  expect_start();
  for (int i = 0; i < function_count; i++)
    for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
      for (int way = 0; way < 8; way++) {
        char name[120];
        const int into = way & 1;
        if (!into && functions[i].reads == reads_nothing) continue;
        struct copy copy = {&functions[i], malloc(sizes[j]), way & 2 ? sizes[j] / 2 : 0, 70, into, way & 4};
        REQUIRE(copy.block != NULL);
        fill(other, copy.count);
        for (size_t k = 0; k < sizes[j]; k++) ((volatile char *)copy.block)[k] = 'f';
        snprintf(name, sizeof name, "%s, %zu bytes, %s, at %zu, freed %s", functions[i].name, sizes[j],
                 into ? "into" : "out of", copy.offset, copy.frees_elsewhere ? "elsewhere" : "here");
        struct child_outcome outcome = run_child(copy_after_free, &copy);
        expect_report(&outcome, into ? "bulwark: write into freed memory at" : "bulwark: access to freed", copy.block, name);
        free(copy.block);
      }
  return expect_end();
}
