// What malloc(0) and its kin return has no byte that may be touched. (Double free of one: double_free.c, size 0.)
#include "support.h"

#include <stdlib.h>

// As `allocate`, in each way to ask for nothing.
enum way { by_malloc, by_calloc, by_realloc };
static char *nothing(const struct scenario *s) {
  switch ((enum way)s->misuse->number) {
    case by_malloc: return allocate(s);
    case by_calloc: return OPAQUE((char *)calloc(OPAQUE((size_t)0), 8));
    case by_realloc: return OPAQUE((char *)realloc(OPAQUE(NULL), OPAQUE((size_t)0)));
  }
  return NULL;
}

#define TOUCH(function, step, steps_text, place)                                                            \
  void function(const struct scenario *s) {                                                                 \
    char *block = nothing(s);                                                                               \
    about_exactly(block, 0);                                                                                   \
    by(s, step, block, place);                                                                              \
  }                                                                                                         \
  void function##_twin(const struct scenario *s) {                                                          \
    char *block = nothing(s), *other = nothing(s), *real = OPAQUE((char *)malloc(1));                       \
    if (!block || !other || block == other) give_up("not two blocks of no bytes");                          \
    real[0] = 0;                                                                                            \
    by(s, step, real, 0);                                                                                   \
    free_block(real, 0);                                                                                    \
    free_block(block, 0);                                                                                   \
    by(s, free_block, other, 0);                                                                            \
  }
TOUCH(write_zero_size, flip_byte, "written", 0)
TOUCH(read_zero_size, read_byte, "read", 0)

// Faults are reported by option in secure, always in debug.
#define ZERO .secure = "zeroSizeAccess", .found = "at the access", .options = "fault_reports=1"
MISUSE(write_zero_size, .sizes = S0, .threads = SAME | OTHER | ENDED | FORKED, .number = by_malloc, ZERO,
       .what = "a byte written through malloc(0)", .functions = "flip_byte");
MISUSE(read_zero_size, .sizes = S0, .threads = SAME | OTHER, .number = by_malloc, ZERO,
       .what = "a byte read through malloc(0)", .functions = "read_byte");
MISUSE_AS(write_zero_size_calloc, write_zero_size, .sizes = S0, .threads = SAME, .number = by_calloc, ZERO,
          .what = "a byte written through calloc(0, 8)", .functions = "flip_byte");
MISUSE_AS(write_zero_size_realloc, write_zero_size, .sizes = S0, .threads = SAME, .number = by_realloc, ZERO,
          .what = "a byte written through realloc(NULL, 0)", .functions = "flip_byte");

// With an alignment it is an ordinary block, all of it canary.
void write_zero_size_aligned(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, 0);
  flip_byte(block, 0);
  by(s, free_block, block, 0);
}
void write_zero_size_aligned_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_block, block, 0);
}
MISUSE_AS(touch_zero_size_unreported, read_zero_size, .sizes = S0, .threads = SAME, .number = by_malloc,
          .what = "a byte read through malloc(0), faults not reported", .found = "at the access", .secure = "fault");

MISUSE(write_zero_size_aligned, .sizes = A0, .threads = SAME | OTHER, .secure = "overflow",
       .what = "a byte changed through aligned_alloc(64, 0)", .found = "by the block's free: canary",
       .functions = "free_block");

void write_freed_zero_size(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, flip_byte, block, 0);
}
void write_freed_zero_size_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, free_block, block, 0);
}
MISUSE(write_freed_zero_size, .sizes = S0, .threads = SAME | OTHER, ZERO,
       .what = "a byte written through malloc(0) after its free", .functions = "flip_byte");
