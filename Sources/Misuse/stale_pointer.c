// A freed block is given to realloc or malloc_usable_size.
#include "support.h"

// Without states a realloc copies what is there, and frees: a second time.
#define REALLOC .secure = "reallocationOfFreed", .release = "anything | doubleFree", .functions = "reallocate_block"

void realloc_of_freed(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, reallocate_block, block, s->bytes * 2 + 16);
}
void realloc_of_freed_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, reallocate_block, block, s->bytes * 2 + 16);
}
MISUSE(realloc_of_freed, .sizes = SMALL | MEDIUM | LARGE | HUGE | S0, .threads = SAME | OTHER,
       .what = "realloc of a freed block", .found = "by the realloc", REALLOC);
MISUSE_AS(realloc_of_freed_inherited, realloc_of_freed, .sizes = S100 | S200000, .threads = ENDED | FORKED,
          .what = "realloc of a freed block of an ended thread, or of the parent of a fork", .found = "by the realloc",
          REALLOC);

void usable_size_of_freed(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, ask_usable_size, block, 0);
}
void usable_size_of_freed_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, ask_usable_size, block, 0);
  free_block(block, 0);
}
MISUSE(usable_size_of_freed, .sizes = S24 | S20000 | S200000 | S40M, .threads = SAME,
       .what = "malloc_usable_size of a freed block", .found = "by the call", .secure = "invalidUsableSize",
       .functions = "ask_usable_size");
