// foreign_pointers=forward with libc as the next allocator: blocks that a library opened with RTLD_DEEPBIND made are
// resized and freed by the program, and go back to where they came from.
#include "expect.h"
#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>

bool bw_owns(const void *address) __attribute__((weak));

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  REQUIRE(library != NULL);
  void *(*deep_allocate)(size_t) = (void *(*)(size_t))dlsym(library, "deep_allocate");
  void (*deep_free)(void *) = (void (*)(void *))dlsym(library, "deep_free");
  REQUIRE(deep_allocate && deep_free);
  void *previous = NULL;
  int reused = 0;
  for (size_t i = 1; i <= 1000; i++) {
    char *block = (char *)deep_allocate(i);
    REQUIRE(block != NULL && !bw_owns(block));
    EXPECT_AT_LEAST(malloc_usable_size(block), i);
    reused += block == previous;
    memset(block, 'x', i);
    block = (char *)realloc(block, i + 5000);
    REQUIRE(block != NULL && !bw_owns(block));
    EXPECT(block[0] == 'x' && block[i - 1] == 'x');
    free(block);
    block = (char *)deep_allocate(100);
    previous = block;
    free(OPAQUE(block));
    deep_free(deep_allocate(10));
  }
  // libc hands freed blocks out again: they did get there.
  EXPECT_AT_LEAST(reused, 1);
  return expect_end();
}
