// A write or read of one byte more than a block has is reported by every function, from the block's start and from
// inside, before anything is written.
#include "functions.h"

static const size_t sizes[] = {24, 1000, 30000, 131072, 200000, 9437184};
enum { largest = 9437184 + 8192 };
static char source[largest], target[largest];

struct copy {
  const struct function *function;
  char *to;
  const char *from;
  size_t count;
};

static void run_copy(void *argument) {
  struct copy *copy = argument;
  copy->function->call(copy->to, copy->from, copy->count, SIZE_MAX);
}

static void expect_overflow(const struct function *function, char *to, const char *from, size_t count, const void *block,
                            const char *way) {
  char name[120];
  struct copy copy = {function, to, from, count};
  if (is_short(function, count)) return;
  snprintf(name, sizeof name, "%s of %zu bytes, %s", function->name, count, way);
  struct child_outcome outcome = run_child(run_copy, &copy);
  expect_report(&outcome, "bulwark: copy beyond the end of", block, name);
}

static void writes(const struct function *function, size_t size) {
  char *block = malloc(size);
  REQUIRE(block != NULL);
  size_t room = malloc_usable_size(block);
  const size_t offsets[] = {0, 1, room / 2, room - 2};
  for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
    size_t count = room - offsets[i] + 1;
    fill(source, count);
    expect_overflow(function, block + offsets[i], source, count, block, i ? "into a block from inside" : "into a block");
  }
  free(block);
}

// The source holds no zero, so that a string in it does not end there.
static void reads(const struct function *function, size_t size) {
  char *block = malloc(size);
  REQUIRE(block != NULL);
  size_t room = malloc_usable_size(block), more = function->reads == reads_fewer ? 2 : 1;
  memset(block, 'r', room);
  if (function->reads != reads_nothing) {
    expect_overflow(function, target, block, room + more, block, "out of a block");
    expect_overflow(function, target, block + room - 3, 3 + more, block, "out of a block's last bytes");
    expect_overflow(function, target, block + room / 4, room - room / 4 + more, block, "out of a block from inside");
  }
  free(block);
}

int main(void) {
  expect_start();
  long count = full_or_quick(sizeof sizes / sizeof sizes[0], 3);
  for (int i = 0; i < function_count; i++)
    for (long j = 0; j < count; j++) {
      writes(&functions[i], sizes[j]);
      reads(&functions[i], sizes[j]);
    }
  // Sizes that only a mistake gives.
  char *block = malloc(100);
  REQUIRE(block != NULL);
  expect_overflow(&functions[0], block, source, SIZE_MAX, block, "an absurd size");
  expect_overflow(&functions[0], block, source, (size_t)1 << 63, block, "an absurd size");
  expect_overflow(&functions[0], block, source, (size_t)1 << 32, block, "an absurd size");
  return expect_end();
}
