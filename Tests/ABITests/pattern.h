// Contents that a block is filled with and recognised by, and the random numbers of the stress programs.
//
// Every byte of small blocks is written; of larger ones the first 8 KiB, the last 4 KiB and a byte in each 509 between,
// which touches every OS page.
#pragma once
#include "expect.h"

enum { pattern_head = 8192, pattern_tail = 4096, pattern_stride = 509 };

static inline unsigned char pattern_byte(uint64_t seed, size_t index) {
  return (unsigned char)((seed * 0x9E3779B97F4A7C15u + index * 0xFF51AFD7ED558CCDu) >> 56);
}

// The index written after `index` in a block of `size` bytes.
static inline size_t pattern_next(size_t index, size_t size) {
  if (index + 1 < pattern_head) return index + 1;
  size_t tail = size > pattern_tail ? size - pattern_tail : 0;
  if (index + 1 >= tail) return index + 1;
  size_t next = index + pattern_stride;
  return next < tail ? next : tail;
}

__attribute__((unused)) static void pattern_fill(void *block, size_t size, uint64_t seed) {
  volatile unsigned char *bytes = (volatile unsigned char *)block;
  for (size_t i = 0; i < size; i = pattern_next(i, size)) bytes[i] = pattern_byte(seed, i);
}

// True if the first `kept` bytes of a block that was filled at `size` bytes still hold.
__attribute__((unused)) static int pattern_holds(const void *block, size_t size, size_t kept, uint64_t seed) {
  const volatile unsigned char *bytes = (const volatile unsigned char *)block;
  for (size_t i = 0; i < size && i < kept; i = pattern_next(i, size))
    if (bytes[i] != pattern_byte(seed, i)) return 0;
  return 1;
}

// True if all of the bytes are zero.
__attribute__((unused)) static int all_zero(const void *block, size_t size) {
  const unsigned char *bytes = (const unsigned char *)block;
  return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

// xorshift64*: good enough to mix sizes, and repeatable.
static inline uint64_t random_next(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 0x2545F4914F6CDD1Du;
}

// A size that is mostly small and now and then up to `largest`: the distribution of real programs.
__attribute__((unused)) static size_t random_size(uint64_t *state, size_t largest) {
  uint64_t draw = random_next(state);
  size_t bound = draw % 100 < 80 ? 256 : draw % 100 < 97 ? 8192 : draw % 1000 < 998 ? 100000 : largest;
  if (bound > largest) bound = largest;
  return 1 + (size_t)(random_next(state) >> 16) % bound;
}

// The seed of this run, $BULWARK_SEED or a fixed one, printed so that a failure can be repeated.
__attribute__((unused)) static uint64_t random_seed(void) {
  const char *text = getenv("BULWARK_SEED");
  uint64_t seed = text && *text ? strtoull(text, NULL, 0) : 20240607;
  printf("BULWARK_SEED=%llu\n", (unsigned long long)seed);
  fflush(stdout);
  return seed ? seed : 1;  // zero is xorshift's fixed point
}
