// realloc of a huge block moves its OS pages instead of copying them: contents are kept, and no second copy is resident.
//
// Growth is in small steps, for which a copying realloc would need nearly twice the final size; the peak tells.
#include "memory.h"
#include "pattern.h"

// One word in each OS page, from `from` on: enough to see every page's move.
static void mark(unsigned char *block, size_t from, size_t to) {
  for (size_t i = from; i + 8 <= to; i += 4096) *(uint64_t *)(block + i) = i ^ 0x5bd1e995;
}

static int marked(const unsigned char *block, size_t size) {
  for (size_t i = 0; i + 8 <= size; i += 4096)
    if (*(const uint64_t *)(block + i) != (i ^ 0x5bd1e995)) return 0;
  return 1;
}

int main(void) {
  expect_start();
  const size_t final = (size_t)full_or_quick(1024, 256) << 20, step = final / 16;
  size_t size = 1u << 20;
  unsigned char *block = malloc(size);
  REQUIRE(block != NULL);
  mark(block, 0, size);
  while (size < final) {
    size_t larger = size + step < final ? size + step : final;
    REQUIRE(block = realloc(block, larger));
    EXPECT_IN(marked(block, size), "from %zu to %zu", size, larger);
    // The next multiple of the OS page, where the former marks ended.
    mark(block, (size + 4095) / 4096 * 4096, larger);
    size = larger;
  }
  EXPECT(marked(block, size));
  printf("peak %ld KiB for a block of %zu KiB\n", memory_now("VmHWM:"), size >> 10);
  EXPECT_AT_MOST(memory_now("VmHWM:"), (long)(final >> 10) * 5 / 4 + 32 * mib);
  // Shrinking gives back what lies behind.
  REQUIRE(block = realloc(block, 4u << 20));
  EXPECT(marked(block, 4u << 20));
  EXPECT_AT_MOST(resident_after_purge(64 * mib), 64 * mib);
  free(block);
  return expect_end();
}
