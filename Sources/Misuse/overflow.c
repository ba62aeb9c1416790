// Writes past the requested end of a block, and the block goes on to be freed or resized: its canary tells.
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define OVERFLOW .secure = "overflow"

// One byte, changed whatever it was: exact.
void overflow_by_one(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  flip_byte(block, s->bytes);
  by(s, free_block, block, 0);
}
void overflow_by_one_twin(const struct scenario *s) {
  char *block = allocate(s);
  flip_byte(block, s->bytes - 1);
  by(s, free_block, block, 0);
}
MISUSE(overflow_by_one, .sizes = SMALL | MEDIUM | S200000 | A300000, .threads = SAME | OTHER, OVERFLOW,
       .what = "a byte changed right behind a block", .found = "by the block's free: canary", .functions = "free_block");
MISUSE_AS(overflow_by_one_inherited, overflow_by_one, .sizes = S100 | S20000, .threads = ENDED | FORKED, OVERFLOW,
          .what = "a byte changed right behind a block of an ended thread, or of the parent of a fork",
          .found = "by the block's free: canary", .functions = "free_block");

// A string's NUL: the canary's first byte is never zero.
void overflow_by_nul(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  put_nul(block, s->bytes);
  by(s, free_block, block, 0);
}
void overflow_by_nul_twin(const struct scenario *s) {
  char *block = allocate(s);
  put_nul(block, s->bytes - 1);
  by(s, free_block, block, 0);
}
MISUSE(overflow_by_nul, .sizes = S24 | S100 | S5000 | S20000 | S200000 | A200, .threads = SAME | OTHER, OVERFLOW,
       .what = "a NUL byte written right behind a block", .found = "by the block's free: canary",
       .functions = "free_block");

// A fixed byte is missed where the canary's first byte happens to be the same: an odd one, as 'A' is, so one of 128.
void overflow_by_letter(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  put_letter(block, s->bytes);
  by(s, free_block, block, 0);
}
void overflow_by_letter_twin(const struct scenario *s) {
  char *block = allocate(s);
  put_letter(block, s->bytes - 1);
  by(s, free_block, block, 0);
}
MISUSE(overflow_by_letter, .sizes = S24 | S100 | S20000, .threads = SAME, OVERFLOW, .runs = 127, .of = 128,
       .what = "a fixed byte written right behind a block", .found = "by the block's free: canary",
       .functions = "free_block");

void overflow_then_realloc(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  flip_byte(block, s->bytes);
  by(s, reallocate_block, block, s->bytes * 2);
}
void overflow_then_realloc_twin(const struct scenario *s) {
  char *block = allocate(s);
  flip_byte(block, s->bytes - 1);
  by(s, reallocate_block, block, s->bytes * 2);
}
MISUSE(overflow_then_realloc, .sizes = S24 | S100 | S5000 | S20000 | S131064 | S200000 | A200, .threads = SAME | OTHER,
       OVERFLOW, .what = "a byte changed right behind a block that is then resized",
       .found = "by the realloc: canary", .functions = "reallocate_block");

// The same size again, or a byte more: a realloc that could leave the block as it is must look too.
void overflow_then_small_realloc(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  flip_byte(block, s->bytes);
  by(s, reallocate_block, block, s->bytes);
}
void overflow_then_small_realloc_twin(const struct scenario *s) {
  char *block = allocate(s);
  flip_byte(block, s->bytes - 1);
  by(s, reallocate_block, block, s->bytes);
}
MISUSE(overflow_then_small_realloc, .sizes = S100 | S5000 | S20000, .threads = SAME | OTHER, OVERFLOW,
       .what = "a byte changed right behind a block that is then resized to the size it has",
       .found = "by the realloc: canary", .functions = "reallocate_block");

// After a realloc that shrank the block where it is, the new end counts.
void overflow_after_realloc(const struct scenario *s) {
  size_t less = s->bytes - s->bytes / 16 - 1;
  char *block = OPAQUE((char *)realloc(allocate(s), less));
  about_exactly(block, less);
  flip_byte(block, less);
  by(s, free_block, block, 0);
}
void overflow_after_realloc_twin(const struct scenario *s) {
  size_t less = s->bytes - s->bytes / 16 - 1;
  char *block = OPAQUE((char *)realloc(allocate(s), less));
  flip_byte(block, less - 1);
  by(s, free_block, block, 0);
}
MISUSE(overflow_after_realloc, .sizes = S100 | S1016 | S5000 | S20000 | S200000, .threads = SAME, OVERFLOW,
       .what = "a byte changed right behind a block that realloc shrank", .found = "by the block's free: canary",
       .functions = "free_block");

// The block itself stays; the one behind it is freed. A full block's canary is its last word, which that looks at.
void overflow_then_neighbour(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *next, *block = with_neighbour(crowd, &next);
  about_exactly(block, s->bytes);
  flip_byte(block, s->bytes);
  by(s, free_block, next, 0);
}
void overflow_then_neighbour_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *next, *block = with_neighbour(crowd, &next);
  flip_byte(block, s->bytes - 1);
  by(s, free_block, next, 0);
  free_crowd(crowd, next);
}
MISUSE(overflow_then_neighbour, .sizes = S24 | S1016 | S131064, .threads = SAME, OVERFLOW,
       .what = "a byte changed right behind a full block that stays", .found = "by the free of the block behind",
       .functions = "free_block");

// From the block's end into the one behind it. One time in 128 the byte is the seal's first one, and the write is taken
// for one that came from behind.
void overflow_into_neighbour(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *next, *block = with_neighbour(crowd, &next);
  about_block(block, s);  // what told its size is overwritten
  about_block(next, s);
  fill_bytes(block, crowd.stride + 1);
  by(s, free_block, next, 0);
}
void overflow_into_neighbour_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *next, *block = with_neighbour(crowd, &next);
  fill_bytes(block, s->bytes);
  fill_bytes(next, 1);
  by(s, free_block, next, 0);
  free_crowd(crowd, next);
}
MISUSE(overflow_into_neighbour, .sizes = S24 | S100 | S1016 | S5000 | S20000 | A200, .threads = SAME,
       .secure = "overflow | underflow",
       .what = "a write from a block that stays into the one behind", .found = "by the free of the one behind",
       .functions = "free_block");

// A loop that runs on for 1 KiB, over several blocks behind.
void overflow_by_kilobyte(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *other, *block = at_distance(crowd, s, (ptrdiff_t)(s->bytes + 1023), &other);
  about_block(block, s);  // what told its size is overwritten
  fill_bytes(block, s->bytes + 1024);
  by(s, free_block, block, 0);
}
void overflow_by_kilobyte_twin(const struct scenario *s) {
  struct crowd crowd = make_crowd(s, crowd_size(s));
  char *other, *block = at_distance(crowd, s, (ptrdiff_t)(s->bytes + 1023), &other);
  fill_bytes(block, s->bytes);
  by(s, free_block, block, 0);
  free_crowd(crowd, block);
}
MISUSE(overflow_by_kilobyte, .sizes = S24 | S100 | S1016 | S5000 | S20000 | A200, .threads = SAME | OTHER, OVERFLOW,
       .what = "1 KiB written past a block by a loop", .found = "by the block's free: canary",
       .functions = "free_block");

// A loop that runs on for 1 MiB meets the guard at the end of the page, where pages are no longer than that.
void overflow_by_megabyte(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  by(s, fill_bytes, block, s->bytes + (1 << 20));
  free_block(block, 0);
}
void overflow_by_megabyte_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, fill_bytes, block, s->bytes);
  free_block(block, 0);
}
MISUSE(overflow_by_megabyte, .sizes = SMALL | LARGE | HUGE, .threads = SAME, .secure = "fault",
       .what = "1 MiB written past a block by a loop", .found = "at the access: guard behind the page");
MISUSE_AS(overflow_by_megabyte_of_medium, overflow_by_megabyte, .sizes = MEDIUM, .threads = SAME,
          .secure = "fault | overflow", .what = "1 MiB written past a medium block by a loop",
          .found = "at the access: guard behind the page; if the page goes on, by the block's free");

// Off the OS page in which a large block's requested size ends: a byte behind the end, for whole pages.
static size_t past_page(const struct scenario *s) { return (s->bytes + 4095) & ~(size_t)4095; }
void overflow_of_large(const struct scenario *s) {
  char *block = allocate(s);
  by(s, flip_byte, block, past_page(s));
}
void overflow_of_large_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, flip_byte, block, s->bytes - 1);
  free_block(block, 0);
}
MISUSE(overflow_of_large, .sizes = LARGE | HUGE, .threads = SAME | OTHER, .secure = "fault",
       .what = "a byte changed behind the last OS page of a large block", .found = "at the access: guard");

void overread_of_large(const struct scenario *s) {
  char *block = allocate(s);
  by(s, read_byte, block, past_page(s));
}
void overread_of_large_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, read_byte, block, s->bytes - 1);
  free_block(block, 0);
}
MISUSE(overread_of_large, .sizes = LARGE | HUGE, .threads = SAME, .secure = "fault",
       .what = "a byte read behind the last OS page of a large block", .found = "at the access: guard");
