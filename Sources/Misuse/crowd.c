// Many blocks of a size, and those of them that lie at a distance that a scenario needs.
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "support.h"

size_t crowd_size(const struct scenario *scenario) {
  // All blocks of a page and more, so that the order in which they come does not matter.
  return scenario->bytes <= 1024 ? 4096 : scenario->bytes <= 8192 ? 256 : 64;
}

// Not qsort, which may allocate.
static void sort(char **blocks, size_t count) {
  for (size_t gap = count / 2; gap; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (size_t i = gap; i < count; i++)
      for (size_t j = i; j >= gap && blocks[j - gap] > blocks[j]; j -= gap) {
        char *block = blocks[j];
        blocks[j] = blocks[j - gap], blocks[j - gap] = block;
      }
}

struct crowd make_crowd(const struct scenario *scenario, size_t count) {
  struct crowd crowd = {NULL, count, SIZE_MAX};
  crowd.blocks = mmap(NULL, count * sizeof *crowd.blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (crowd.blocks == MAP_FAILED) give_up("no memory");
  for (size_t i = 0; i < count; i++) crowd.blocks[i] = allocate_here(scenario);
  sort(crowd.blocks, count);
  for (size_t i = 1; i < count; i++) {
    size_t distance = (size_t)(crowd.blocks[i] - crowd.blocks[i - 1]);
    if (distance < crowd.stride) crowd.stride = distance;
  }
  return crowd;
}

void free_crowd(struct crowd crowd, const char *except) {
  for (size_t i = 0; i < crowd.count; i++)
    if (crowd.blocks[i] != except) free(crowd.blocks[i]);
}

char *at_distance(struct crowd crowd, const struct scenario *scenario, ptrdiff_t distance, char **other) {
  // From the middle on, where there are blocks on either side.
  for (size_t k = 0; k < crowd.count; k++) {
    size_t i = (crowd.count / 2 + k) % crowd.count;
    const char *aim = crowd.blocks[i] + distance;
    size_t low = 0, high = crowd.count;
    while (high - low > 1) {
      size_t middle = (low + high) / 2;
      if (crowd.blocks[middle] <= aim) low = middle; else high = middle;
    }
    *other = crowd.blocks[low];
    if (low != i && *other <= aim && aim < *other + scenario->bytes) return crowd.blocks[i];
  }
  give_up("no two blocks at that distance");
}

char *with_neighbour(struct crowd crowd, char **other) {
  for (size_t k = 0; k < crowd.count; k++) {
    size_t i = (crowd.count / 2 + k) % crowd.count;
    if (i + 1 < crowd.count && (size_t)(crowd.blocks[i + 1] - crowd.blocks[i]) == crowd.stride) {
      *other = crowd.blocks[i + 1];
      return crowd.blocks[i];
    }
  }
  give_up("no two neighbours");
}
