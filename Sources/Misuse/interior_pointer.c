// A pointer into a block, not to its start, is given to free, realloc, malloc_usable_size or free_sized.
#include "support.h"

// The distances from a block's start that are tried: aligned as a block is, or not.
enum { aligned = 16, misaligned = 1 };

void free_inside(const struct scenario *s) {
  char *block = allocate(s);
  about_inside(block + s->misuse->number, s);
  by(s, free_block, block + s->misuse->number, 0);
}
void free_inside_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_block, block + s->misuse->number - s->misuse->number, 0);
}
MISUSE(free_inside, .sizes = SMALL | MEDIUM | LARGE | HUGE, .threads = SAME | OTHER, .number = aligned,
       .what = "free of an aligned pointer into a live block", .found = "by the free", .secure = "invalidFree",
       .release = "harmless", .functions = "free_block");
MISUSE_AS(free_misaligned, free_inside, .sizes = S24 | S5000 | S20000 | S200000 | S40M, .threads = SAME,
          .number = misaligned, .what = "free of a misaligned pointer into a live block", .found = "by the free",
          .secure = "invalidFree", .release = "harmless", .functions = "free_block");

void free_inside_freed(const struct scenario *s) {
  char *block = allocate(s), *neighbour = allocate_here(s);
  free_block(block, 0);
  about_inside(block + aligned, s);
  about_foreign(block + aligned);
  by(s, free_block, block + aligned, 0);
  free_block(neighbour, 0);
}
void free_inside_freed_twin(const struct scenario *s) {
  char *block = allocate(s), *neighbour = allocate_here(s);
  free_block(block, 0);
  by(s, free_block, neighbour, 0);
}
MISUSE(free_inside_freed, .sizes = S100 | S20000 | S200000 | S40M, .threads = SAME,
       .what = "free of a pointer into a freed block", .found = "by the free", .secure = "invalidFree",
       .release = "harmless", .functions = "free_block");

void realloc_inside(const struct scenario *s) {
  char *block = allocate(s);
  about_inside(block + aligned, s);
  by(s, reallocate_block, block + aligned, s->bytes + 100);
}
void realloc_inside_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, reallocate_block, block, s->bytes + 100);
}
MISUSE(realloc_inside, .sizes = S24 | S5000 | S20000 | S200000 | S40M | A200, .threads = SAME | OTHER,
       .what = "realloc of a pointer into a live block", .found = "by the realloc", .secure = "invalidReallocation",
       .release = "harmless", .functions = "reallocate_block");

void usable_size_inside(const struct scenario *s) {
  char *block = allocate(s);
  about_inside(block + aligned, s);
  by(s, ask_usable_size, block + aligned, 0);
}
void usable_size_inside_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, ask_usable_size, block, 0);
  free_block(block, 0);
}
MISUSE(usable_size_inside, .sizes = S24 | S20000 | S200000 | S40M, .threads = SAME,
       .what = "malloc_usable_size of a pointer into a live block", .found = "by the call",
       .secure = "invalidUsableSize", .release = "harmless", .functions = "ask_usable_size");

void free_sized_inside(const struct scenario *s) {
  char *block = allocate(s);
  about_inside(block + aligned, s);
  by(s, free_with_size, block + aligned, s->bytes - aligned);
}
void free_sized_inside_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_with_size, block, s->bytes);
}
MISUSE(free_sized_inside, .sizes = S24 | S20000 | S200000, .threads = SAME,
       .what = "free_sized of a pointer into a live block", .found = "by the free_sized", .secure = "invalidFree",
       .release = "harmless", .functions = "free_with_size");
