// C23's sized deallocation with another size than the block was requested with.
#include "support.h"

#include <stdlib.h>

__attribute__((weak)) void free_aligned_sized(void *block, size_t alignment, size_t bytes);

void free_sized_larger(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  by(s, free_with_size, block, s->bytes + s->misuse->number);
}
void free_sized_larger_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_with_size, block, s->bytes);
}
MISUSE(free_sized_larger, .sizes = S24 | S100 | S1016 | S5000 | MEDIUM | S200000 | S3M | HUGE, .threads = SAME | OTHER,
       .number = 1, .what = "free_sized with a byte more than requested", .found = "by the call",
       .secure = "sizeMismatch", .release = "harmless", .functions = "free_with_size");
MISUSE_AS(free_sized_far_larger, free_sized_larger, .sizes = S24 | S20000, .threads = SAME, .number = 1 << 20,
          .what = "free_sized with 1 MiB more than requested", .found = "by the call", .secure = "sizeMismatch",
          .release = "harmless", .functions = "free_with_size");

// From one call site three times: one report.
void free_sized_smaller(const struct scenario *s) {
  char *blocks[] = {allocate(s), allocate_here(s), allocate_here(s)};
  about_exactly(blocks[0], s->bytes);
  for (int i = 0; i < 3; i++) by(s, free_with_size, blocks[i], s->bytes - 9);
}
void free_sized_smaller_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_with_size, block, s->bytes);
}
MISUSE(free_sized_smaller, .sizes = S24 | S5000 | S20000 | S200000, .threads = SAME | OTHER,
       .what = "free_sized with fewer bytes than requested", .found = "by the call, once a call site",
       .secure = "goes on: sizeMismatch", .release = "harmless", .functions = "free_with_size");
MISUSE_AS(free_sized_smaller_strictly, free_sized_smaller, .sizes = S24 | S20000 | S200000, .threads = SAME,
          .options = "size_mismatch=abort", .what = "the same with the option size_mismatch=abort",
          .found = "by the call", .secure = "sizeMismatch", .release = "anything", .functions = "free_with_size");

// Resized: the size that counts is the last one.
void free_sized_before_realloc(const struct scenario *s) {
  char *block = OPAQUE((char *)realloc(allocate(s), s->bytes / 2));
  about_exactly(block, s->bytes / 2);
  by(s, free_with_size, block, s->bytes);
}
void free_sized_before_realloc_twin(const struct scenario *s) {
  char *block = OPAQUE((char *)realloc(allocate(s), s->bytes / 2));
  by(s, free_with_size, block, s->bytes / 2);
}
MISUSE(free_sized_before_realloc, .sizes = S100 | S5000 | S200000, .threads = SAME,
       .what = "free_sized with the size before a realloc that shrank the block", .found = "by the call",
       .secure = "sizeMismatch", .release = "harmless", .functions = "free_with_size");

static size_t alignment_of_order;
__attribute__((noipa)) void free_with_alignment(char *block, size_t bytes) {
  if (free_aligned_sized) free_aligned_sized(OPAQUE(block), alignment_of_order, bytes); else free(block);
}
void free_aligned_sized_larger(const struct scenario *s) {
  char *block = allocate(s);
  alignment_of_order = s->size->alignment;
  about_exactly(block, s->bytes);
  by(s, free_with_alignment, block, s->bytes + 1);
}
void free_aligned_sized_larger_twin(const struct scenario *s) {
  char *block = allocate(s);
  alignment_of_order = s->size->alignment;
  by(s, free_with_alignment, block, s->bytes);
}
MISUSE(free_aligned_sized_larger, .sizes = A200 | A6000 | A300000, .threads = SAME | OTHER,
       .what = "free_aligned_sized with a byte more than requested", .found = "by the call",
       .secure = "sizeMismatch", .release = "harmless", .functions = "free_with_alignment");
