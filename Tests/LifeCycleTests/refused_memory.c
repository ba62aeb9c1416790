// Memory that the kernel refuses to commit (RLIMIT_DATA): each refusal leaves the process as it was. And a request far
// beyond the machine is refused as glibc's is, before anything is spent on it.
#include "memory.h"
#include <errno.h>
#include <sys/resource.h>

static void refusals_leave_nothing(void) {
  struct rlimit limit = {64 << 20, 64 << 20};
  REQUIRE(setrlimit(RLIMIT_DATA, &limit) == 0);
  static void *blocks[1000];
  int count = 0;
  // The memory around a block is of random size: a block may be refused where the next one fits.
  for (int refused = 0; count < 1000 && refused < 40; refused++) {
    while (count < 1000 && (blocks[count] = malloc(1 << 20))) {
      count++;
      refused = 0;
    }
  }
  // The debug variant makes as much again writable for what it remembers of blocks.
  EXPECT_AT_LEAST(count, 16);
  EXPECT_AT_MOST(count, 64);
  long size = memory_now("VmSize:");
  for (int i = 0; i < 100; i++) {
    errno = 0;
    EXPECT(malloc(1 << 20) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
  }
  EXPECT_AT_MOST(memory_now("VmSize:"), size + 40 * mib);
  while (count) free(blocks[--count]);
  void *block = malloc(1 << 20);
  EXPECT(block != NULL);
  free(block);
}

static void terabytes_are_refused(void) {
  FILE *file = fopen("/proc/sys/vm/overcommit_memory", "r");
  int mode = -1;
  REQUIRE(file && fscanf(file, "%d", &mode) == 1);
  fclose(file);
  if (mode == 1) return;  // the administrator wants every request granted
  for (int shift = 43; shift < 47; shift++) {
    EXPECT(malloc((size_t)1 << shift) == NULL);
    EXPECT(calloc(1, (size_t)1 << shift) == NULL);
  }
  EXPECT_AT_MOST(memory_now("VmRSS:"), 16 * mib);
}

// An alignment costs address space for the search, not memory.
static void alignments_are_cheap(void) {
  for (int shift = 23; shift < 40; shift++) {
    void *block = NULL;
    if (posix_memalign(&block, (size_t)1 << shift, 100) != 0) continue;
    EXPECT((uintptr_t)block % ((size_t)1 << shift) == 0);
    memset(block, 1, 100);
    free(block);
  }
  EXPECT_AT_MOST(memory_now("VmRSS:"), 16 * mib);
}

int main(void) {
  expect_start();
  terabytes_are_refused();
  alignments_are_cheap();
  refusals_leave_nothing();
  return expect_end();
}
