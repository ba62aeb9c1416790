// Writes right in front of a block.
#include "support.h"

#include <stdlib.h>

// The block in front is live and full, or its slack is filled to the end: the byte is one of its canary's or slack's.
void underflow_into_live(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  about_block(front, s);  // its size is told by its last word, which is hit
  about_exactly(block, s->bytes);
  flip_byte(block, (size_t)-1);
  by(s, free_block, block, 0);
}
void underflow_into_live_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  flip_byte(block, 0);
  flip_byte(front, s->bytes - 1);
  by(s, free_block, block, 0);
  free_crowd(crowd, block);
}
MISUSE(underflow_into_live, .sizes = S24 | S100 | S1016 | S131064, .threads = SAME, .secure = "overflow | underflow",
       .what = "a byte changed right in front of a block, behind a live one",
       .found = "by the block's free, as an overflow of the one in front", .functions = "free_block");

// The same, found by the block that was written into, whichever thread frees it.
void underflow_then_front(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  about_block(front, s);  // its size is told by its last word, which is hit
  flip_byte(block, (size_t)-1);
  by(s, free_block, front, 0);
}
void underflow_then_front_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  flip_byte(block, 0);
  by(s, free_block, front, 0);
  free_crowd(crowd, front);
}
MISUSE(underflow_then_front, .sizes = S24 | S100 | S1016 | S131064, .threads = SAME | OTHER, .secure = "overflow",
       .what = "a byte changed right in front of a block, and the live one in front freed",
       .found = "by that free: canary", .functions = "free_block");

void underflow_into_free(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  about_block(front, s);
  about_exactly(block, s->bytes);
  free_block(front, 0);
  flip_byte(block, (size_t)-1);
  by(s, free_block, block, 0);
  reuse(front, s);
}
void underflow_into_free_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *block, *front = with_neighbour(crowd, &block);
  free_block(front, 0);
  flip_byte(block, 0);
  by(s, free_block, block, 0);
  for (size_t i = 0; i < crowd.count; i++)
    if (crowd.blocks[i] != front && crowd.blocks[i] != block) free(crowd.blocks[i]);
}
MISUSE(underflow_into_free, .sizes = S24 | S100 | S1016 | S5000, .threads = SAME, .secure = "underflow | writeAfterFree",
       .what = "a byte changed right in front of a block, in a freed one",
       .found = "by the block's free, or before the freed one is handed out again");

void underflow_of_large(const struct scenario *s) {
  char *block = allocate(s);
  by(s, flip_byte, block, (size_t)-1);
}
void underflow_of_large_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, flip_byte, block, 0);
  free_block(block, 0);
}
MISUSE(underflow_of_large, .sizes = LARGE | HUGE, .threads = SAME | OTHER, .secure = "fault",
       .what = "a byte changed right in front of a large block", .found = "at the access: guard");
