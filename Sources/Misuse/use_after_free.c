// A freed block is written to or read. Small and medium ones tell when they are handed out again, large ones at once.
#include "support.h"

#include <pthread.h>
#include <stdlib.h>

enum place { first, middle, last };
static size_t offset(const struct scenario *s) {
  switch ((enum place)s->misuse->number) {
    case first: return 0;
    case middle: return s->bytes / 2;
    case last: return s->bytes - 1;
  }
  return 0;
}

void write_after_free(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, flip_byte, block, offset(s));
  reuse(block, s);
}
void write_after_free_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, flip_byte, block, offset(s));
  free_block(block, 0);
  for (int i = 0; i < 100; i++) {
    char *next = allocate_here(s);
    flip_byte(next, offset(s));
    free_block(next, 0);
  }
}
#define WRITE(place, set, cases)                                                                                 \
  MISUSE_AS(write_##place##_after_free, write_after_free, .sizes = set, .threads = cases, .number = place,       \
            .what = "the " #place " byte of a freed block changed",                                              \
            .found = "before the block is handed out again", .secure = "writeAfterFree",                         \
            .functions = "allocate_here")
WRITE(first, S24 | S100 | S1016 | S5000 | S20000 | A200, SAME | OTHER);
WRITE(middle, S24 | S100 | S1016 | S5000 | S20000 | A6000, SAME | OTHER);
WRITE(last, S24 | S100 | S1016 | S5000 | S20000, SAME);

// A zero, which zeroed memory does not show.
void zero_after_free(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  flip_byte(block, offset(s));
  free_block(block, 0);
  by(s, clear_byte, block, offset(s));
  for (int i = 0; i < 200; i++) free_block(allocate_here(s), 0);
}
void zero_after_free_twin(const struct scenario *s) {
  char *block = allocate(s);
  by(s, clear_byte, block, offset(s));
  free_block(block, 0);
  for (int i = 0; i < 100; i++) free_block(allocate_here(s), 0);
}
MISUSE(zero_after_free, .sizes = S24 | S100 | S1016 | S5000 | A200, .threads = SAME | OTHER, .number = middle,
       .secure = "harmless", .debug = "writeAfterFree", .what = "a byte of a freed block was set to zero",
       .found = "debug: 64 frees later, or before the block is handed out again; secure: never");

MISUSE_AS(write_middle_after_free_inherited, write_after_free, .sizes = S100, .threads = ENDED | FORKED, .number = middle,
          .what = "a freed block of an ended thread, or of the parent of a fork, changed",
          .found = "before the block is handed out again", .secure = "writeAfterFree", .functions = "allocate_here");

// The last block of a page whose thread has ended: another thread gets the page, or it goes.
static const struct scenario *thread_scenario;
static void *allocate_alone(void *nothing) {
  (void)nothing;
  return allocate_here(thread_scenario);
}
static char *block_alone(const struct scenario *s) {
  pthread_t thread;
  void *block;
  thread_scenario = s;
  if (pthread_create(&thread, NULL, allocate_alone, NULL) || pthread_join(thread, &block)) give_up("no thread");
  return block;
}
void write_into_emptied_page(const struct scenario *s) {
  char *block = block_alone(s);
  free_block(block, 0);
  flip_byte(block, s->bytes / 2);
  for (int i = 0; i < 1000; i++) {
    char *next = OPAQUE((char *)calloc(1, s->bytes));
    for (size_t at = 0; at < s->bytes; at++)
      if (next[at]) give_up("what was written reached a new block");
  }
}
void write_into_emptied_page_twin(const struct scenario *s) {
  char *block = block_alone(s);
  flip_byte(block, s->bytes / 2);
  free_block(block, 0);
}
MISUSE(write_into_emptied_page, .sizes = S24 | S1016 | S5000, .threads = ENDED, .secure = "fault | harmless | writeAfterFree",
       .what = "a freed block changed that was the last of its page",
       .found = "at the access, or before it is handed out again; or the page's memory is given back before it serves again");

// Freed by another thread than the one that writes.
void write_after_free_elsewhere(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  by(s, free_block, block, 0);
  flip_byte(block, s->bytes / 2);
  reuse(block, s);
}
void write_after_free_elsewhere_twin(const struct scenario *s) {
  char *block = allocate(s), *other = allocate_here(s);
  by(s, free_block, block, 0);
  flip_byte(other, s->bytes / 2);
  free_block(other, 0);
}
MISUSE(write_after_free_elsewhere, .sizes = S24 | S1016 | S20000, .threads = OTHER,
       .what = "a block changed that another thread freed", .found = "before the block is handed out again",
       .secure = "writeAfterFree", .functions = "allocate_here");

// What a small block held is gone with its free; its first word may hold a link, which is no secret of the program's.
void read_after_free(const struct scenario *s) {
  char *block = allocate(s), *other = allocate_here(s);
  for (size_t i = 0; i < s->bytes; i++) block[i] = (char)0xff;
  free_block(block, 0);
  free_block(other, 0);
  block = OPAQUE(block);
  for (size_t i = 8; i < s->bytes; i++)
    if (block[i] == (char)0xff) give_up("the block's content outlived it");
}
void read_after_free_twin(const struct scenario *s) {
  char *block = allocate(s), *other = allocate_here(s);
  fill_bytes(block, s->bytes);
  by(s, free_block, other, 0);
  for (size_t i = 0; i < s->bytes; i++)
    if (block[i] != (char)0xff) give_up("the block lost its content");
  free_block(block, 0);
}
MISUSE(read_after_free, .sizes = SMALL, .threads = SAME, .secure = "harmless",
       .what = "a freed small block read", .found = "not found, but its content is gone");

void touch_freed_large(const struct scenario *s) {
  char *block = allocate(s);
  fill_bytes(block, 1);
  free_block(block, 0);
  by(s, s->misuse->number ? flip_byte : read_byte, block, s->bytes / 2);
}
void touch_freed_large_twin(const struct scenario *s) {
  char *block = allocate(s);
  fill_bytes(block, 1);
  by(s, s->misuse->number ? flip_byte : read_byte, block, s->bytes / 2);
  free_block(block, 0);
}
MISUSE_AS(write_freed_large, touch_freed_large, .sizes = LARGE | HUGE, .threads = SAME | OTHER, .number = 1,
          .what = "a freed large block written", .found = "at the access", .secure = "fault");
MISUSE_AS(read_freed_large, touch_freed_large, .sizes = LARGE | HUGE, .threads = SAME | OTHER, .number = 0,
          .what = "a freed large block read", .found = "at the access", .secure = "fault");
