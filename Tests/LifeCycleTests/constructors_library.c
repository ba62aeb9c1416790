// Allocates in constructors of several priorities and frees in destructors. Linked with constructors.c.
#include "pattern.h"
#include <unistd.h>

enum { block_count = 200 };
static void *blocks[3][block_count];
int library_stage;

static void fill_stage(int stage) {
  for (int i = 0; i < block_count; i++) {
    size_t size = (size_t)(i + 1) * (i + 1);
    REQUIRE(blocks[stage][i] = malloc(size));
    pattern_fill(blocks[stage][i], size, stage);
  }
  library_stage++;
}

static int free_stage(int stage) {
  int held = 1;
  for (int i = 0; i < block_count; i++) {
    size_t size = (size_t)(i + 1) * (i + 1);
    held &= pattern_holds(blocks[stage][i], size, size, stage);
    free(blocks[stage][i]);
  }
  return held;
}

__attribute__((constructor(101))) static void first_constructor(void) { fill_stage(0); }
__attribute__((constructor(200))) static void second_constructor(void) { fill_stage(1); }
__attribute__((constructor)) static void last_constructor(void) { fill_stage(2); }

__attribute__((destructor(101))) static void last_destructor(void) {
  void *late = malloc(100000);
  int held = free_stage(0) && late != NULL;
  free(late);
  // run.sh looks for this line: the process' exit status is settled by now.
  static const char good[] = "destructors: all blocks held\n", bad[] = "destructors: a block was lost\n";
  if (write(1, held ? good : bad, held ? sizeof good - 1 : sizeof bad - 1) < 0) _exit(5);
}
__attribute__((destructor)) static void first_destructor(void) {
  if (!free_stage(1) || !free_stage(2)) _exit(6);
}
