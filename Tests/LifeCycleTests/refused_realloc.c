// realloc of a pointer that is not ours and of one into a block: both refused, where the program may go on. Run by
// foreign.sh, which counts reports in stderr and reads malloc_stats there.
#include "expect.h"
#include <malloc.h>

static char foreign[4096] __attribute__((aligned(64)));

int main(void) {
  expect_start();
  char *block = (char *)malloc(100);
  REQUIRE(block != NULL);
  EXPECT(OPAQUE(realloc(OPAQUE(foreign + 64), 200)) == NULL);
  EXPECT(OPAQUE(realloc(OPAQUE(block + 16), 200)) == NULL);
  free(block);
  malloc_stats();
  return expect_end();
}
