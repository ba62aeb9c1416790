// Writes that leave a gap behind a block: they miss the first bytes of its canary, and hit slack or other blocks.
#include "support.h"

#include <stdlib.h>

// Into what lies within the block: canary, or slack that is filled.
void jump_within(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);  // its size is told by its last word, which may be what is hit
  flip_byte(block, s->bytes + s->misuse->number);
  by(s, free_block, block, 0);
}
void jump_within_twin(const struct scenario *s) {
  char *block = allocate(s);
  flip_byte(block, s->bytes - s->misuse->number);
  by(s, free_block, block, 0);
}
#define WITHIN(distance, set, text)                                                                           \
  MISUSE_AS(overflow_skipping_##distance, jump_within, .sizes = set, .threads = SAME | OTHER,                 \
            .number = distance, .what = "a byte changed behind a block, past a gap of " #distance,            \
            .found = "by the block's free: " text, .secure = "overflow", .functions = "free_block")
WITHIN(7, S24 | S100 | S1016 | S20000, "canary");
WITHIN(8, S100 | S5000 | S20000 | S200000, "slack");
WITHIN(32, S5000 | S20000 | S200000 | A200, "slack");
WITHIN(64, S5000 | S20000 | S200000, "slack");

// Into a free block behind it, at any distance.
void jump_into_free(const struct scenario *s) {
  size_t distance = s->bytes + s->misuse->number;
  struct crowd crowd = make_crowd(s, distance > 1 << 20 ? 40000 : crowd_size(s));
  char *other, *block = at_distance(crowd, s, (ptrdiff_t)distance, &other);
  about_block(other, s);
  free_block(other, 0);
  by(s, flip_byte, block, distance);
  reuse(other, s);
}
void jump_into_free_twin(const struct scenario *s) {
  size_t distance = s->bytes + s->misuse->number;
  struct crowd crowd = make_crowd(s, distance > 1 << 20 ? 40000 : crowd_size(s));
  char *other, *block = at_distance(crowd, s, (ptrdiff_t)distance, &other);
  by(s, flip_byte, block, distance);  // within a block that is live
  free_block(other, 0);
  free_crowd(crowd, other);
}
#define INTO_FREE(distance, set, text)                                                                        \
  MISUSE_AS(overflow_skipping_##distance##_into_free, jump_into_free, .sizes = set, .threads = SAME | OTHER,  \
            .number = distance, .what = "a byte changed " text " behind a block, in a freed one",             \
            .found = "before the freed block is handed out again", .secure = "writeAfterFree",                \
            .functions = "allocate_here")
INTO_FREE(16, S24 | S100 | S1016, "16 bytes");
INTO_FREE(48, S24 | S100 | S1016, "48 bytes");
INTO_FREE(1040, S24 | S100 | S1016 | S5000, "1040 bytes");
INTO_FREE(1048592, S24 | S100, "1 MiB and 16 bytes");
