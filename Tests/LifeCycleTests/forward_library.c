// A second allocator, which comes after ours in the process and knows its own blocks. What it does not know it hands to
// libc's names, as such libraries do: which are ours. Each call allocates from us on the way.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free(void *);

static _Alignas(16) char arena[1 << 20];
static size_t used;
int other_frees, other_unknown;

static size_t *header(void *block) { return (size_t *)block - 2; }
static int knows(void *block) { return (char *)block >= arena && (char *)block < arena + sizeof arena; }

void *other_allocate(size_t size) {
  char *block = arena + used + 16;
  used += 16 + (size + 15) / 16 * 16;
  if (used > sizeof arena) abort();
  *header(block) = size;
  return block;
}

void free(void *block) {
  void *volatile scratch = malloc(100);
  (void)scratch;
  if (knows(block)) {
    other_frees++;
    *header(block) = 0;
  } else {
    other_unknown++;
    __libc_free(block);
  }
}

size_t malloc_usable_size(void *block) { return knows(block) ? *header(block) : 0; }

void *realloc(void *block, size_t size) {
  void *volatile scratch = malloc(100);
  (void)scratch;
  if (!knows(block)) return NULL;
  void *copy = other_allocate(size);
  memcpy(copy, block, *header(block) < size ? *header(block) : size);
  free(block);
  return copy;
}
