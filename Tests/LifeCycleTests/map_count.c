// Guards never use up the process's mappings (vm.max_map_count): 8 GiB of small blocks, all kept, under the default limit,
// with the kernel's guards and, by option, with mprotect's. Every allocation succeeds, and mappings are left for others.
#include "memory.h"
#include <sys/mman.h>

static long mapping_count(void) {
  FILE *file = fopen("/proc/self/maps", "r");
  REQUIRE(file != NULL);
  long count = 0;
  for (int byte; (byte = fgetc(file)) != EOF;) count += byte == '\n';
  fclose(file);
  return count;
}

int main(void) {
  expect_start();
  static const size_t sizes[] = {64, 256, 1024, 4096, 8000};
  const size_t total = (size_t)8 << 30;
  for (size_t sum = 0, i = 0; sum < total; i++) {
    size_t size = sizes[i % 5];
    REQUIRE(malloc(size) != NULL);
    sum += size;
  }
  FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
  long limit = 0;
  REQUIRE(file != NULL && fscanf(file, "%ld", &limit) == 1);
  long count = mapping_count();
  printf("%ld mappings of %ld\n", count, limit);
  EXPECT_AT_MOST(count, limit / 2 + 1000);
  // The program can still map, and large blocks can still be had.
  for (int i = 0; i < 100; i++) {
    REQUIRE(malloc(1 << 20) != NULL);
    REQUIRE(mmap(NULL, 8192, i % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  }
  return expect_end();
}
