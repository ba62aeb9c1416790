// Mappings that the kernel puts right beside huge blocks are nobody's but the program's: copies to and from them pass.
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { rounds = 64 };

int main(void) {
  char *blocks[rounds], *mappings[rounds];
  char source[4096];
  memset(source, 7, sizeof source);
  for (int i = 0; i < rounds; i++) {
    // Sizes that end anywhere in 64 KiB.
    blocks[i] = malloc((size_t)(1800 + 4 * i) << 10);
    mappings[i] = mmap(NULL, 4096 * (1 + i % 3), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!blocks[i] || mappings[i] == MAP_FAILED) return 2;
  }
  for (int i = 0; i < rounds; i++) {
    // By pointers that the compiler cannot see through: calls, not moves of its own.
    void *(*volatile copy)(void *, const void *, size_t) = memcpy;
    copy(mappings[i], source, sizeof source);
    copy(source, mappings[i], sizeof source);
    copy(blocks[i], mappings[i], sizeof source);
  }
  for (int i = 0; i < rounds; i++) {
    if (mappings[i][100] != 7) return 3;
    munmap(mappings[i], 4096 * (1 + i % 3));
    free(blocks[i]);
  }
  return 0;
}
