// reallocarray: realloc of a product that is checked for overflow.
#include "pattern.h"
#include <errno.h>

int main(void) {
  expect_start();
  errno = 4711;
  char *block = reallocarray(NULL, 100, 7);
  REQUIRE(block != NULL);
  pattern_fill(block, 700, 1);
  block = reallocarray(block, 1000, 70);
  REQUIRE(block != NULL);
  EXPECT_EQUAL(errno, 4711);
  EXPECT(pattern_holds(block, 700, 700, 1));
  pattern_fill(block, 70000, 2);

  const size_t half = (size_t)1 << 32;
  const size_t products[][2] = {{SIZE_MAX, 2}, {2, SIZE_MAX}, {half, half}, {SIZE_MAX / 3 + 1, 3}, {half, half / 2}};
  for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
    errno = 0;
    void *result = reallocarray(OPAQUE(block), OPAQUE(products[i][0]), OPAQUE(products[i][1]));
    EXPECT_IN(result == NULL, "%zu * %zu", products[i][0], products[i][1]);
    EXPECT_EQUAL(errno, ENOMEM);
  }
  EXPECT(pattern_holds(block, 70000, 70000, 2));

  EXPECT(reallocarray(block, OPAQUE((size_t)0), 10) == NULL);  // frees, as realloc to 0 does
  void *empty = reallocarray(NULL, 0, 10);
  EXPECT(empty != NULL);
  free(empty);
  return expect_end();
}
