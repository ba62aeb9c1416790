// Which blocks are sampled: they alone lie on an OS page between two that cannot be accessed.
#pragma once
#include "child.h"
#include <errno.h>
#include <fcntl.h>

// True if the byte can be read: a pipe takes it.
static int is_readable(const void *address) {
  static int ends[2] = {-1, -1};
  if (ends[0] < 0) REQUIRE(pipe(ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
  char byte;
  int readable = write(ends[1], address, 1) == 1;
  if (readable) REQUIRE(read(ends[0], &byte, 1) == 1);
  return readable;
}

static uintptr_t os_page(const void *address) { return (uintptr_t)address & ~(uintptr_t)4095; }

// True if a block of `size` bytes is a sampled one, and right-aligned to 16 bytes or left-aligned.
static int is_sampled(const void *block, size_t size) {
  uintptr_t page = os_page(block), offset = (uintptr_t)block - page;
  if (offset != 0 && offset != ((4096 - size) & ~(size_t)15)) return 0;
  return !is_readable((void *)(page - 1)) && !is_readable((void *)(page + 4096));
}

enum end { at_left, at_right };

// A sampled block at one end of its OS page; the others that came meanwhile are freed. With sample_rate=1.
__attribute__((unused)) static char *sampled_at(enum end end, size_t size) {
  for (int i = 0; i < 1000; i++) {
    char *block = malloc(size);
    REQUIRE(block != NULL);
    if (is_sampled(block, size) && (end == at_left) == (os_page(block) == (uintptr_t)block)) return block;
    free(block);
  }
  REQUIRE(!"a sampled block at that end");
  return NULL;
}
