// The string functions past a block's end. With guardedCopies they are stopped before they write; else canaries tell. Secure
// looks at copies of bytes from 65 on, and at all copies of strings.
#include "support.h"

#include <stdlib.h>
#include <string.h>

static char source[1 << 18];

#define LOOKED_AT S100 | S5000 | S20000 | S200000
#define COPY(function, call)                                                                       \
  __attribute__((noipa)) void function##_into(char *block, size_t bytes) {                         \
    block = OPAQUE(block);                                                                         \
    (void)bytes, (void)OPAQUE(call);                                                                            \
  }                                                                                                \
  void function##_overflow(const struct scenario *s) {                                             \
    char *block = allocate(s);                                                                     \
    about_exactly(block, s->bytes);                                                                   \
    memset(source, 's', s->bytes + s->misuse->number - 1);                                         \
    block[0] = 0;                                                                                  \
    by(s, function##_into, block, s->bytes + s->misuse->number);                                   \
    free_block(block, 0);                                                                          \
  }                                                                                                \
  void function##_overflow_twin(const struct scenario *s) {                                        \
    char *block = allocate(s);                                                                     \
    memset(source, 's', s->bytes - 1);                                                             \
    block[0] = 0;                                                                                  \
    by(s, function##_into, block, s->bytes);                                                       \
    free_block(block, 0);                                                                          \
  }                                                                                                \
  MISUSE(function##_overflow, .sizes = LOOKED_AT, .threads = SAME | OTHER, .number = 1,                     \
         .what = #function " of a byte too much into a block", .found = "before the copy",         \
         .secure = "copyOverflow")

// The byte too much is a NUL in each: what a canary never begins with.
COPY(memcpy, memcpy(block, source, bytes));
COPY(memmove, memmove(block, source, bytes));
COPY(memset, memset(block, 0, bytes));
#define SHORT_COPY(function)                                                                       \
  MISUSE_AS(function##_overflow_short, function##_overflow, .sizes = S24, .threads = SAME | OTHER, .number = 1, \
            .what = #function " of a byte too much into a block of less than 65", \
            .found = "before the copy (debug), by the block's free", .secure = "overflow", .debug = "copyOverflow")
SHORT_COPY(memcpy);
SHORT_COPY(memmove);
SHORT_COPY(memset);
#undef LOOKED_AT
#define LOOKED_AT S24 | S100 | S5000 | S20000 | S200000
COPY(strcpy, strcpy(block, source));
COPY(strcat, strcat(block, source));
COPY(strncpy, strncpy(block, source, bytes));

// The same from the middle of a block on.
void memcpy_into_middle(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  by(s, memcpy_into, block + s->bytes / 2, s->bytes / 2 + 1);
  free_block(block, 0);
}
void memcpy_into_middle_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, memcpy_into, block + s->bytes / 2, s->bytes / 2);
  free_block(block, 0);
}
MISUSE(memcpy_into_middle, .sizes = S20000 | S200000, .threads = SAME | OTHER,
       .what = "memcpy of a byte too much into a block's second half", .found = "before the copy",
       .secure = "copyOverflow");
MISUSE_AS(memcpy_into_middle_short, memcpy_into_middle, .sizes = S24 | S100, .threads = SAME | OTHER,
          .what = "memcpy of a byte too much, less than 65 in all, into a block's second half",
          .found = "before the copy (debug), by the block's free", .secure = "overflow", .debug = "copyOverflow");

void memcpy_into_freed(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  memset(source, 's', s->bytes);
  free_block(block, 0);
  by(s, memcpy_into, block, s->bytes);
  reuse(block, s);
}
void memcpy_into_freed_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, memcpy_into, block, s->bytes);
  free_block(block, 0);
}
MISUSE(memcpy_into_freed, .sizes = S24 | S1016 | S20000, .threads = SAME | OTHER,
       .what = "memcpy into a freed block", .found = "before the copy (from 65 bytes on, or debug), before the block is handed out again",
       .secure = "writeAfterFree");

void memcpy_into_zero_size(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, 0);
  by(s, memcpy_into, block, 1);
}
void memcpy_into_zero_size_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, memcpy_into, block, 0);
  free_block(block, 0);
}
MISUSE(memcpy_into_zero_size, .sizes = S0, .threads = SAME | OTHER, .what = "memcpy of a byte to malloc(0)",
       .found = "before the copy (debug), at the access", .secure = "fault", .debug = "zeroSizeAccess");

static char target[1 << 18];
__attribute__((noipa)) void memcpy_from(char *block, size_t bytes) {
  (void)OPAQUE(memcpy(target, OPAQUE(block), bytes));
}
void memcpy_overread(const struct scenario *s) {
  char *block = allocate(s);
  about_exactly(block, s->bytes);
  by(s, memcpy_from, block, s->bytes + 1);
  free_block(block, 0);
}
void memcpy_overread_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, memcpy_from, block, s->bytes);
  free_block(block, 0);
}
MISUSE(memcpy_overread, .sizes = S5000 | S200000, .threads = SAME,
       .what = "memcpy of a byte too much out of a block", .found = "before the copy", .secure = "copyOverflow");
MISUSE_AS(memcpy_overread_short, memcpy_overread, .sizes = S24, .threads = SAME,
          .what = "memcpy of a byte too much out of a block of less than 65", .found = "before the copy (debug)",
          .secure = "harmless", .debug = "copyOverflow");

void memcpy_from_freed(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, memcpy_from, block, s->bytes);
}
void memcpy_from_freed_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, memcpy_from, block, s->bytes);
  free_block(block, 0);
}
MISUSE(memcpy_from_freed, .sizes = S1016 | S20000, .threads = SAME | OTHER,
       .what = "memcpy out of a freed small or medium block", .found = "before the copy", .secure = "guardedUseAfterFree");
MISUSE_AS(memcpy_from_freed_short, memcpy_from_freed, .sizes = S24, .threads = SAME | OTHER,
          .what = "memcpy out of a freed block of less than 65 bytes", .found = "before the copy (debug)",
          .secure = "harmless", .debug = "guardedUseAfterFree");
