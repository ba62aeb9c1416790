// A library that allocates in its constructor is opened and closed 1,000 times; nothing is left behind.
#include "memory.h"
#include "pattern.h"
#include <dlfcn.h>

int main(int count, char **arguments) {
  expect_start();
  REQUIRE(count == 2);
  long rounds = full_or_quick(1000, 500), settled = 0;
  for (long round = 0; round < rounds; round++) {
    void *library = dlopen(arguments[1], (round % 2 ? RTLD_NOW : RTLD_LAZY) | (round % 3 ? RTLD_LOCAL : RTLD_GLOBAL));
    if (!library) fprintf(stderr, "%s\n", dlerror());
    REQUIRE(library != NULL);
    void *(*make_block)(size_t) = (void *(*)(size_t))dlsym(library, "make_block");
    REQUIRE(make_block != NULL);
    void *block = make_block(1000 + (size_t)round);
    REQUIRE(block != NULL);
    pattern_fill(block, 1000, round);
    EXPECT(dlsym(library, "no_such_symbol") == NULL);  // the message of dlerror is allocated
    EXPECT(dlerror() != NULL);
    REQUIRE(dlclose(library) == 0);
    EXPECT(pattern_holds(block, 1000, 1000, round));
    free(block);
    // By then every size class has been met, and pages of each are kept, but for moments after a purge, when there are fewer:
    // so the most that was seen. What comes on top is a leak.
    if (round <= rounds / 2) {
      long now = memory_now("VmRSS:");
      if (now > settled) settled = now;
    }
  }
  EXPECT_AT_MOST(memory_now("VmRSS:"), settled + 4 * mib);
  return expect_end();
}
