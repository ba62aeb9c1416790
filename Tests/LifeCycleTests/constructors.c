// Allocation before any library is initialised (.preinit_array), in constructors, in atexit handlers and in destructors.
#include "pattern.h"
#include <unistd.h>

extern int library_stage;
static void *earliest, *from_constructor, *from_main;

// Runs before the constructors of every shared library, the allocator's own included.
static void before_everything(void) {
  earliest = malloc(5000);
  if (earliest) pattern_fill(earliest, 5000, 1);
  free(malloc(100));
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = before_everything;

__attribute__((constructor)) static void constructor(void) {
  REQUIRE(from_constructor = calloc(1, 70000));
  pattern_fill(from_constructor, 70000, 2);
}

__attribute__((destructor)) static void destructor(void) {
  if (!pattern_holds(from_main, 300000, 300000, 3)) _exit(7);
  free(from_main);
  free(malloc(5000000));
}

static void at_exit(void) {
  if (!pattern_holds(from_constructor, 70000, 70000, 2)) _exit(8);
  from_constructor = realloc(from_constructor, 140000);
  if (!from_constructor || !pattern_holds(from_constructor, 70000, 70000, 2)) _exit(9);
  free(from_constructor);
}

int main(void) {
  expect_start();
  EXPECT_EQUAL(library_stage, 3);
  REQUIRE(earliest != NULL);
  EXPECT(pattern_holds(earliest, 5000, 5000, 1));
  free(earliest);
  REQUIRE(from_main = malloc(300000));
  pattern_fill(from_main, 300000, 3);
  REQUIRE(atexit(at_exit) == 0);
  return expect_end();
}
