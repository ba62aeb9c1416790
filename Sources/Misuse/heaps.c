// Heaps of the program's that are gone, and blocks that went with one.
#include "support.h"

#include <stdbool.h>
#include <stdlib.h>

// Not in every library that the scenarios run with, but in every variant.
typedef struct bw_heap bw_heap;
bw_heap *bw_heap_new(void) __attribute__((weak));
bool bw_heap_delete(bw_heap *) __attribute__((weak));
bool bw_heap_destroy(bw_heap *) __attribute__((weak));
void *bw_heap_malloc(bw_heap *, size_t) __attribute__((weak));

static bw_heap *made(void) {
  bw_heap *heap = bw_heap_new ? bw_heap_new() : NULL;
  if (!heap) give_up("no heap");
  return heap;
}

static char *block_of(bw_heap *heap, const struct scenario *s) {
  // Not the only one: a page that goes with its last block is another case.
  if (!bw_heap_malloc(heap, s->bytes)) give_up("no block");
  char *block = OPAQUE((char *)bw_heap_malloc(heap, s->bytes));
  if (!block) give_up("no block");
  return block;
}

__attribute__((noipa)) void use_heap(char *heap, size_t number) {
  (void)OPAQUE(bw_heap_malloc((bw_heap *)heap, number));
}

void use_deleted_heap(const struct scenario *s) {
  bw_heap *heap = made();
  block_of(heap, s);
  bw_heap_delete(heap);
  about_foreign(heap);
  by(s, use_heap, (char *)heap, s->bytes);
}
void use_deleted_heap_twin(const struct scenario *s) {
  bw_heap *heap = made(), *other = made();
  block_of(heap, s);
  bw_heap_delete(other);
  by(s, use_heap, (char *)heap, s->bytes);
}
MISUSE(use_deleted_heap, .sizes = S24 | S200000, .threads = SAME | OTHER, .secure = "invalidHeap", .release = "harmless",
       .what = "an allocation from a deleted heap", .found = "by the call", .functions = "use_heap");

void free_of_destroyed(const struct scenario *s) {
  bw_heap *heap = made();
  char *block = block_of(heap, s);
  bw_heap_destroy(heap);
  about_block(block, s);
  by(s, free_block, block, 0);
}
void free_of_destroyed_twin(const struct scenario *s) {
  bw_heap *heap = made();
  char *block = block_of(heap, s);
  bw_heap_delete(heap);
  by(s, free_block, block, 0);
}
MISUSE(free_of_destroyed, .sizes = S24 | S1016 | S20000 | S131064 | S200000 | S3M | S40M, .threads = SAME | OTHER,
       .secure = "doubleFree", .what = "a block freed that its heap's end had ended", .found = "by the free",
       .functions = "free_block");

void overflow_before_destroy(const struct scenario *s) {
  bw_heap *heap = made();
  char *block = block_of(heap, s);
  about_block(block, s);
  flip_byte(block, s->bytes);
  bw_heap_destroy(heap);
}
void overflow_before_destroy_twin(const struct scenario *s) {
  bw_heap *heap = made();
  char *block = block_of(heap, s);
  put_letter(block, s->bytes - 1);
  bw_heap_destroy(heap);
}
MISUSE(overflow_before_destroy, .sizes = S24 | S1016 | S20000 | S200000, .threads = SAME, .secure = "overflow",
       .what = "a byte written behind a block, then its heap destroyed", .found = "by the heap's end: canary",
       .functions = "overflow_before_destroy");
