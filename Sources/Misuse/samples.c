// Sampled blocks lie alone between guards: an access outside, or after free, is found at once, with both stacks.
#include "support.h"

// Every allocation is sampled.
#define SAMPLED .options = "sample_rate=1", .sizes = S4096, .threads = SAME | OTHER

#define TOUCH(function, step, place)                    \
  void function(const struct scenario *s) {             \
    char *block = allocate(s);                          \
    about_exactly(block, s->bytes);                        \
    by(s, step, block, place);                          \
  }                                                     \
  void function##_twin(const struct scenario *s) {      \
    char *block = allocate(s);                          \
    by(s, step, block, 0);                              \
    by(s, step, block, s->bytes - 1);                   \
    free_block(block, 0);                               \
  }
TOUCH(sampled_overflow, flip_byte, s->bytes)
TOUCH(sampled_overread, read_byte, s->bytes)
TOUCH(sampled_underflow, flip_byte, (size_t)-1)
TOUCH(sampled_underread, read_byte, (size_t)-1)

MISUSE(sampled_overflow, SAMPLED, .what = "a byte written behind a sampled block", .found = "at the access",
       .secure = "guardedOverflow", .functions = "flip_byte allocate_here");
MISUSE(sampled_overread, SAMPLED, .what = "a byte read behind a sampled block", .found = "at the access",
       .secure = "guardedOverflow", .functions = "read_byte allocate_here");
MISUSE(sampled_underflow, SAMPLED, .what = "a byte written in front of a sampled block", .found = "at the access",
       .secure = "guardedUnderflow", .functions = "flip_byte allocate_here");
MISUSE(sampled_underread, SAMPLED, .what = "a byte read in front of a sampled block", .found = "at the access",
       .secure = "guardedUnderflow", .functions = "read_byte allocate_here");

void sampled_use_after_free(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, s->misuse->number ? flip_byte : read_byte, block, s->bytes / 2);
}
void sampled_use_after_free_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, s->misuse->number ? flip_byte : read_byte, block, s->bytes / 2);
  free_block(block, 0);
}
MISUSE_AS(sampled_write_after_free, sampled_use_after_free, SAMPLED, .number = 1,
          .what = "a sampled block written after its free", .found = "at the access", .secure = "guardedUseAfterFree",
          .functions = "flip_byte allocate_here free_block");
MISUSE_AS(sampled_read_after_free, sampled_use_after_free, SAMPLED, .number = 0,
          .what = "a sampled block read after its free", .found = "at the access", .secure = "guardedUseAfterFree",
          .functions = "read_byte allocate_here free_block");

void sampled_double_free(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, free_block, block, 0);
}
void sampled_double_free_twin(const struct scenario *s) {
  free_block(allocate(s), 0);
  by(s, free_block, allocate_here(s), 0);
}
MISUSE(sampled_double_free, SAMPLED, .what = "double free of a sampled block", .found = "by the second free",
       .secure = "doubleFree", .functions = "allocate_here free_block");

// With a side chosen the very next byte faults, where the size leaves no gap to the guard.
MISUSE_AS(sampled_overread_behind, sampled_overread, .options = "sample_rate=1:sample_side=behind:sample_slots=1024",
          .sizes = S64, .threads = SAME | OTHER, .what = "a byte read behind a sampled block, with the option sample_side=behind",
          .found = "at the access", .secure = "guardedOverflow", .functions = "read_byte allocate_here");
MISUSE_AS(sampled_underread_front, sampled_underread, .options = "sample_rate=1:sample_side=front:sample_slots=1024",
          .sizes = S64, .threads = SAME | OTHER, .what = "a byte read in front of a sampled block, with the option sample_side=front",
          .found = "at the access", .secure = "guardedUnderflow", .functions = "read_byte allocate_here");
// Outside the range of sizes nothing is sampled: a read goes unnoticed.
MISUSE_AS(overread_below_samples, sampled_overread, .options = "sample_rate=1:sample_least=65:sample_side=behind",
          .sizes = S64, .threads = SAME, .what = "a byte read behind a block smaller than the option sample_least",
          .found = "not at all", .secure = "harmless");
MISUSE_AS(overread_above_samples, sampled_overread, .options = "sample_rate=1:sample_most=63:sample_side=behind",
          .sizes = S64, .threads = SAME, .what = "a byte read behind a block larger than the option sample_most",
          .found = "not at all", .secure = "harmless");
