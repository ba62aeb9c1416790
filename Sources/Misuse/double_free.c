// A block is freed twice. Exact: in the call of the second free, whoever calls it and whatever happened in between.
#include "support.h"

#include <stdbool.h>
#include <stdlib.h>

__attribute__((weak)) void bw_collect(bool force);

#define DOUBLE_FREE .secure = "doubleFree", .functions = "free_block"

void double_free(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  by(s, free_block, block, 0);
}
void double_free_twin(const struct scenario *s) {
  free_block(allocate(s), 0);
  // Often the same address: a block that was handed out again may be freed again.
  by(s, free_block, allocate_here(s), 0);
}
MISUSE(double_free, .sizes = SMALL | MEDIUM | LARGE | HUGE | S0 | A0, .threads = SAME | OTHER,
       .what = "double free", .found = "by the second free", DOUBLE_FREE);
MISUSE_AS(double_free_inherited, double_free, .sizes = S100 | S20000 | S200000 | S40M, .threads = ENDED | FORKED,
          .what = "double free of a block of an ended thread, or of the parent of a fork", .found = "by the second free",
          DOUBLE_FREE);

// The first free by another thread than the second.
void double_free_first_elsewhere(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  by(s, free_block, block, 0);
  free_block(block, 0);
}
void double_free_first_elsewhere_twin(const struct scenario *s) {
  char *block = allocate(s), *next = allocate_here(s);
  by(s, free_block, block, 0);
  free_block(next, 0);
}
MISUSE(double_free_first_elsewhere, .sizes = S24 | S5000 | S20000 | S200000, .threads = OTHER,
       .what = "double free, the first by another thread", .found = "by the second free", DOUBLE_FREE);

enum { other_count = 200 };
void double_free_later(const struct scenario *s) {
  char *others[other_count], *block = allocate(s);
  for (int i = 0; i < other_count; i++) others[i] = allocate_here(s);
  about_block(block, s);
  free_block(block, 0);
  for (int i = 0; i < other_count; i++) free(others[i]);
  by(s, free_block, block, 0);
}
void double_free_later_twin(const struct scenario *s) {
  char *others[other_count], *block = allocate(s);
  for (int i = 0; i < other_count; i++) others[i] = allocate_here(s);
  for (int i = 0; i < other_count; i++) free(others[i]);
  by(s, free_block, block, 0);
}
MISUSE(double_free_later, .sizes = S24 | S5000 | S20000 | S200000, .threads = SAME | OTHER,
       .what = "double free after 200 others", .found = "by the second free, also when the block's page is gone",
       DOUBLE_FREE);

void double_free_overwritten(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  fill_bytes(block, s->bytes);
  by(s, free_block, block, 0);
}
void double_free_overwritten_twin(const struct scenario *s) {
  char *block = allocate(s);
  fill_bytes(block, s->bytes);
  by(s, free_block, block, 0);
}
MISUSE(double_free_overwritten, .sizes = S24 | S100 | S1016 | S5000 | S20000 | A200, .threads = SAME | OTHER,
       .what = "double free of a block overwritten after its free",
       .found = "by the second free: states lie apart from the blocks", DOUBLE_FREE);

// Nothing of the block's page or mapping is left.
void double_free_of_released(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  free_block(block, 0);
  if (bw_collect) bw_collect(true);
  by(s, free_block, block, 0);
}
void double_free_of_released_twin(const struct scenario *s) {
  char *block = allocate(s), *next = allocate_here(s);
  free_block(block, 0);
  if (bw_collect) bw_collect(true);
  by(s, free_block, next, 0);
}
MISUSE(double_free_of_released, .sizes = S24 | S5000 | S20000 | S200000 | S3M | S40M, .threads = SAME | OTHER,
       .what = "double free of a block whose memory was given back to the kernel", .found = "by the second free",
       .options = "purge_delay=0", DOUBLE_FREE);

void double_free_simultaneous(const struct scenario *s) {
  char *block = allocate(s);
  about_block(block, s);
  by_two_at_once(free_block, block, 0);
  reuse(block, s);
}
static char *separate_block(const struct scenario *s) {
  static char *blocks[2];
  static int next;
  if (!blocks[0]) blocks[0] = allocate_here(s), blocks[1] = allocate_here(s);
  return blocks[__atomic_fetch_add(&next, 1, __ATOMIC_SEQ_CST)];
}
static const struct scenario *current;
static void free_separately(char *block, size_t number) {
  (void)block, (void)number;
  free(separate_block(current));
}
void double_free_simultaneous_twin(const struct scenario *s) {
  current = s;
  by_two_at_once(free_separately, NULL, 0);
}
MISUSE(double_free_simultaneous, .sizes = S24 | S1016 | S20000 | S200000 | S40M, .threads = BOTH,
       .what = "double free by two threads at the same instant",
       .found = "by the later free, or before the block is handed out", .secure = "doubleFree");
