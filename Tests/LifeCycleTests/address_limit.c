// An address-space limit: allocation until NULL gives ENOMEM, and the program lives on, frees, and allocates again.
//
// Run with `ulimit -v 262144`.
#include "child.h"
#include "pattern.h"
#include <errno.h>

static const size_t sizes[] = {64, 1000, 20000, 200000, 3145728, 20000000};
enum { size_count = sizeof sizes / sizeof sizes[0] };

struct link { struct link *next; };

// Allocates until NULL or `limit` bytes; returns the number of bytes, the blocks in *list.
static size_t exhaust(size_t size, size_t limit, struct link **list) {
  size_t total = 0;
  *list = NULL;
  errno = 0;
  while (total < limit) {
    struct link *link = malloc(size);
    if (!link) {
      EXPECT_EQUAL(errno, ENOMEM);
      break;
    }
    link->next = *list;
    *list = link;
    total += size;
  }
  return total;
}

static void free_list(struct link *list) {
  while (list) {
    struct link *next = list->next;
    free(list);
    list = next;
  }
}

static void one_size(size_t size) {
  struct link *list;
  size_t first = exhaust(size, SIZE_MAX, &list);
  // At the limit every other request must be refused cleanly or met, never crash.
  for (int i = 0; i < size_count; i++) {
    free(malloc(sizes[i]));
    free(calloc(1, sizes[i]));
    void *block = NULL;
    if (posix_memalign(&block, 65536, sizes[i]) == 0) free(block);
  }
  errno = 0;
  EXPECT(malloc(OPAQUE((size_t)300 << 20)) == NULL);
  EXPECT_EQUAL(errno, ENOMEM);
  free_list(list);
  printf("%zu bytes: %zu MiB of 256 before NULL\n", size, first >> 20);
  EXPECT_IN(first >= (size_t)32 << 20, "only %zu bytes in blocks of %zu", first, size);
  size_t second = exhaust(size, first / 2, &list);
  EXPECT_IN(second >= first / 2, "%zu bytes at first, then only %zu, in blocks of %zu", first, second, size);
  free_list(list);
}

static void one_size_in_child(void *size) {
  one_size(*(const size_t *)size);
  fflush(stdout);
  _exit(expect_end());
}

int main(void) {
  expect_start();
  for (int i = 0; i < size_count; i++) {
    struct child_outcome outcome = run_child(one_size_in_child, (void *)&sizes[i]);
    EXPECT_IN(outcome.status == 0, "size %zu: wait status 0x%x: %.150s", sizes[i], (unsigned)outcome.status, outcome.text);
  }
  // What small blocks had taken must serve huge ones afterwards, and the other way round.
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < size_count; i++) {
      struct link *list;
      size_t total = exhaust(sizes[i], SIZE_MAX, &list);
      EXPECT_IN(total >= (size_t)24 << 20, "round %d: only %zu bytes in blocks of %zu", round, total, sizes[i]);
      free_list(list);
    }
  return expect_end();
}
