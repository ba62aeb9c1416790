// Release ignores a free() of what it never handed out, and keeps working: 100,000 operations with content checks.
#include "foreign.h"
#include "pattern.h"

enum { slot_count = 2000 };
static struct { void *block; size_t size; uint64_t seed; } slots[slot_count];

int main(void) {
  expect_start();
  uint64_t state = random_seed();
  int local = 0;
  collect_foreigns(&local);
  for (long i = 0; i < 100000; i++) {
    size_t slot = random_next(&state) % slot_count;
    if (slots[slot].block)
      EXPECT_IN(pattern_holds(slots[slot].block, slots[slot].size, slots[slot].size, slots[slot].seed),
                "operation %ld, size %zu", i, slots[slot].size);
    free(slots[slot].block);
    slots[slot].size = random_size(&state, 300000);
    slots[slot].seed = (uint64_t)i;
    REQUIRE(slots[slot].block = malloc(slots[slot].size));
    pattern_fill(slots[slot].block, slots[slot].size, slots[slot].seed);
    free(foreigns[i % foreign_count].address);
  }
  for (int i = 0; i < slot_count; i++) {
    if (slots[i].block) EXPECT(pattern_holds(slots[i].block, slots[i].size, slots[i].size, slots[i].seed));
    free(slots[i].block);
  }
  return expect_end();
}
