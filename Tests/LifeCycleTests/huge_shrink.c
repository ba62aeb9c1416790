// Huge blocks that shrink: the content stays, the tail's memory and addresses go, what is left can be freed; also when
// parts of the block have other protections, so that the kernel will not move it.
#include "memory.h"
#include "pattern.h"
#include <malloc.h>
#include <sys/mman.h>

int main(void) {
  expect_start();
  enum { large = 200 << 20, small = 12 << 20 };
  char *block = malloc(large);
  REQUIRE(block != NULL);
  memset(block, 7, large);
  pattern_fill(block, small, 1);
  char *shrunk = realloc(block, small);
  REQUIRE(shrunk != NULL);
  EXPECT(pattern_holds(shrunk, small, small, 1));
  EXPECT_AT_MOST(memory_now("VmRSS:"), 32 * mib);
  EXPECT_AT_LEAST(malloc_usable_size(shrunk), small);
  char *grown = realloc(shrunk, large);
  REQUIRE(grown != NULL);
  EXPECT(pattern_holds(grown, small, small, 1));
  for (size_t i = small; i < large; i += 4096) REQUIRE(grown[i] == 0 || grown[i] == 7 || grown[i] == (char)0xCA);

  // A part made read-only splits the mapping: growing it must copy.
  char *part = (char *)(((uintptr_t)grown + (64 << 20)) & ~(uintptr_t)4095);
  REQUIRE(mprotect(part, 4096, PROT_READ) == 0);
  char *copied = realloc(grown, 2u * large);
  if (copied) {
    EXPECT(pattern_holds(copied, small, small, 1));
    memset(copied + large, 1, large);
  }
  REQUIRE(copied != NULL);
  free(copied);
  EXPECT_AT_MOST(memory_now("VmRSS:"), 32 * mib);
  return expect_end();
}
