// A program that changes its mind: 64 MiB in one size, all freed, then 64 MiB in another. What one size had must serve the
// next, or go back to the system: the peak stays far below the sum. Also run in a cgroup that would kill it otherwise.
#include "memory.h"
#include "pattern.h"

struct link { struct link *next; };

int main(void) {
  expect_start();
  static const size_t sizes[] = {64, 3000000, 500, 100000, 32, 64u << 20, 20000, 2000, 400000};
  enum { size_count = sizeof sizes / sizeof sizes[0] };
  long rounds = full_or_quick(3, 1);
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < size_count; i++) {
      struct link *list = NULL;
      for (size_t total = 0; total < (size_t)64 << 20; total += sizes[i]) {
        struct link *link = malloc(sizes[i]);
        REQUIRE(link != NULL);
        for (size_t k = 0; k < sizes[i]; k += 4096) ((volatile char *)link)[k] = 1;
        link->next = list;
        list = link;
      }
      while (list) {
        struct link *next = list->next;
        free(list);
        list = next;
      }
      long resident = resident_after_purge(48 * mib);
      EXPECT_IN(resident <= 48 * mib, "%ld KiB after blocks of %zu bytes, round %ld", resident, sizes[i], round);
      EXPECT_AT_MOST(memory_now("VmHWM:"), 192 * mib);
      if (expect_failures) return expect_end();
    }
  printf("peak %ld KiB\n", memory_now("VmHWM:"));
  return expect_end();
}
