// realloc of a freed block is reported, in every size range, whatever the new size.
#include "child.h"

static const size_t sizes[] = {16, 48, 1000, 5000, 20000, 100000, 200000, 3145728, 41943040};
static size_t new_size;

static void realloc_after_free(void *block) {
  free(block);
  OPAQUE(realloc(OPAQUE(block), OPAQUE(new_size)));
}

int main(void) {
  expect_start();
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    for (int way = 0; way < 4; way++) {
      char name[80];
      new_size = way == 0 ? sizes[i] : way == 1 ? sizes[i] * 2 : way == 2 ? sizes[i] / 2 : 0;
      snprintf(name, sizeof name, "%zu bytes to %zu", sizes[i], new_size);
      void *block = malloc(sizes[i]);
      REQUIRE(block != NULL);
      struct child_outcome outcome = run_child(realloc_after_free, block);
      const char *prefix = "bulwark: realloc of freed";
      // realloc to 0 is a free, and may be called one.
      if (new_size == 0) prefix = either_prefix(&outcome, prefix, "bulwark: double free of");
      expect_report(&outcome, prefix, block, name);
      free(block);
    }
  return expect_end();
}
