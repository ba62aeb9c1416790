// free and its relatives cfree, free_sized, free_aligned_sized: NULL is accepted, errno is kept.
#include "pattern.h"
#include "sizes.h"
#include "symbols.h"
#include <errno.h>

typedef void (*free_function)(void *);

static void keeps_errno(const char *name, free_function release) {
  if (!release) return;  // counted as a failure by own_symbol
  errno = 4711;
  release(NULL);
  EXPECT_IN(errno == 4711, "%s(NULL)", name);
  for (int i = 0; i < edge_size_count; i++) {
    void *block = malloc(edge_sizes[i]);
    REQUIRE(block != NULL);
    errno = 4711;
    release(block);
    EXPECT_IN(errno == 4711, "%s of %zu bytes left errno %d", name, edge_sizes[i], errno);
  }
}

static void sized(void) {
  void (*release)(void *, size_t) = (void (*)(void *, size_t))own_symbol("free_sized");
  if (!release) return;
  errno = 4711;
  release(NULL, 0);
  release(NULL, 100);
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < edge_size_count; i++) {
      void *block = round == 0 ? malloc(edge_sizes[i]) : round == 1 ? calloc(1, edge_sizes[i]) : realloc(NULL, edge_sizes[i]);
      REQUIRE(block != NULL);
      pattern_fill(block, edge_sizes[i] < 4096 ? edge_sizes[i] : 4096, i);
      release(block, edge_sizes[i]);
      EXPECT_EQUAL(errno, 4711);
    }
}

static void aligned_sized(void) {
  void (*release)(void *, size_t, size_t) = (void (*)(void *, size_t, size_t))own_symbol("free_aligned_sized");
  if (!release) return;
  errno = 4711;
  release(NULL, 64, 0);
  for (size_t alignment = 16; alignment <= 1u << 20; alignment *= 4)
    for (size_t size = alignment; size <= 4 * alignment; size += alignment) {
      char *block = aligned_alloc(alignment, size);
      REQUIRE(block != NULL);
      block[0] = block[size - 1] = 1;
      release(block, alignment, size);
      EXPECT_EQUAL(errno, 4711);
    }
}

int main(void) {
  expect_start();
  keeps_errno("free", free);
  keeps_errno("cfree", (free_function)own_symbol("cfree"));
  sized();
  aligned_sized();
  return expect_end();
}
