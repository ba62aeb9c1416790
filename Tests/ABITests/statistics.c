// mallinfo, mallinfo2, mallopt, malloc_trim and malloc_stats: callable, plausible, harmless.
#include "pattern.h"
#include <errno.h>
#include <malloc.h>
#include <unistd.h>

enum { block_count = 32768, block_size = 1000 };
static void *blocks[block_count];

static size_t in_use(void) {
  struct mallinfo2 info = mallinfo2();
  EXPECT_AT_MOST(info.uordblks, info.arena + info.hblkhd);
  return info.uordblks + info.hblkhd;
}

// 32 MB of live small blocks and 40 MiB in one piece must show, and show no more once freed.
static void mallinfo_follows_use(void) {
  const size_t small = (size_t)block_count * block_size, huge_size = 40u << 20;
  size_t before = in_use();
  for (int i = 0; i < block_count; i++) {
    REQUIRE(blocks[i] = malloc(block_size));
    pattern_fill(blocks[i], block_size, i);
  }
  size_t with_small = in_use();
  EXPECT_AT_LEAST(with_small, before + small * 9 / 10);
  EXPECT_AT_MOST(with_small, before + small * 2);
  void *huge = malloc(huge_size);
  REQUIRE(huge != NULL);
  EXPECT_AT_LEAST(in_use(), with_small + huge_size * 9 / 10);
  // The old interface has ints; as long as they do not overflow they say the same.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  struct mallinfo old = mallinfo();
  struct mallinfo2 new = mallinfo2();
  EXPECT_EQUAL((size_t)old.uordblks + (size_t)old.hblkhd, new.uordblks + new.hblkhd);
  free(huge);
  for (int i = 0; i < block_count; i++) {
    EXPECT(pattern_holds(blocks[i], block_size, block_size, i));
    free(blocks[i]);
  }
  EXPECT_AT_MOST(in_use(), before + small / 2);
}

static void mallopt_answers(void) {
  const int parameters[] = {M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX, M_PERTURB,
                            M_CHECK_ACTION, 12345};
  const int values[] = {1 << 20, 1 << 20, 0, 65536, 8, 0, 3, 1};
  for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
    int answer = mallopt(parameters[i], values[i]);
    EXPECT_IN(answer == 0 || answer == 1, "mallopt(%d) returned %d", parameters[i], answer);
  }
  void *block = malloc(100);
  EXPECT(block != NULL);
  free(block);
}

static void trim_answers(void) {
  const size_t pads[] = {0, 1, 4096, 1u << 20, SIZE_MAX};
  for (size_t i = 0; i < sizeof pads / sizeof pads[0]; i++) {
    void *kept = malloc(100);
    pattern_fill(kept, 100, i);
    int answer = malloc_trim(pads[i]);
    EXPECT(answer == 0 || answer == 1);
    EXPECT(pattern_holds(kept, 100, 100, i));
    free(kept);
  }
}

// The sum of the third column, blocks in use, of the rows for sizes that hold 1,000 bytes.
static size_t in_use_by_table(FILE *file) {
  char line[512];
  int is_table = 0;
  size_t sum = 0, size, pages, used;
  while (fgets(line, sizeof line, file)) {
    if (is_table && sscanf(line, "%zu %zu %zu", &size, &pages, &used) == 3 && size >= 1000 && size <= 1152) sum += used;
    if (strstr(line, "pages      in use        free")) is_table = 1;
  }
  return is_table ? sum : SIZE_MAX;
}

static void stats_go_to_stderr(void) {
  for (int i = 0; i < 300; i++) REQUIRE(blocks[i] = malloc(1000));
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  fflush(stderr);
  int saved = dup(2);
  dup2(fileno(file), 2);
  malloc_stats();
  fflush(stderr);
  dup2(saved, 2);
  close(saved);
  EXPECT_AT_LEAST(lseek(fileno(file), 0, SEEK_END), 1);
  rewind(file);
  size_t counted = in_use_by_table(file);
  EXPECT_AT_LEAST(counted + 5, 300);  // sampled blocks are in no row
  EXPECT_AT_MOST(counted, 400);
  for (int i = 0; i < 300; i++) free(blocks[i]);
  fclose(file);
}

int main(void) {
  expect_start();
  mallinfo_follows_use();
  mallopt_answers();
  trim_answers();
  stats_go_to_stderr();
  return expect_end();
}
