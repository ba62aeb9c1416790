// Freed memory is given back to the system: 200 MiB in small blocks, in 1 MiB blocks, and in one piece.
//
// Run with BULWARK_OPTIONS=purge_delay=50. The wait ends as soon as the memory is back, so a slow machine cannot fail it.
#include "memory.h"
#include "pattern.h"

struct link { struct link *next; };

// `start` is the resident size before anything was allocated.
static void given_back(size_t size, const char *what, long start) {
  const size_t amount = (size_t)200 << 20;
  long bound = start + 24 * mib;
  struct link *list = NULL;
  for (size_t total = 0; total < amount; total += size) {
    struct link *link = malloc(size);
    REQUIRE(link != NULL);
    for (size_t i = 0; i < size; i += 4096) ((volatile char *)link)[i] = 1;
    link->next = list;
    list = link;
  }
  long full = memory_now("VmRSS:");
  EXPECT_AT_LEAST(full, start + 190 * mib);
  while (list) {
    struct link *next = list->next;
    free(list);
    list = next;
  }
  long end = resident_after_purge(bound);
  printf("%s: VmRSS %ld KiB before, %ld with the blocks, %ld after\n", what, start, full, end);
  fflush(stdout);
  EXPECT_AT_MOST(end, bound);
}

int main(void) {
  expect_start();
  long start = memory_now("VmRSS:");
  given_back(64, "64-byte blocks", start);
  given_back(1000, "1000-byte blocks", start);
  given_back(20000, "20000-byte blocks", start);
  given_back(1u << 20, "1 MiB blocks", start);
  given_back((size_t)200 << 20, "one block", start);
  return expect_end();
}
