// Zeroing, filling and looking at blocks, inline: a Swift loop that stores zeros becomes a call of memset, and free's fast path may
// call nothing. Stores and loads overlap where that saves a branch.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef long long bw_pair __attribute__((vector_size(16), may_alias));

#define BW_AT(at) (*(bw_pair *)(at))

// `bytes`: a multiple of 16, at least 16; `start` is aligned to 16.
static inline __attribute__((always_inline)) void bw_zero_block(void *_Nonnull start, size_t bytes) {
  const bw_pair zero = {0, 0};
  char *at = (char *)start, *end = at + bytes;
  if (bytes <= 64) {
    BW_AT(at) = zero, BW_AT(end - 16) = zero;
    if (bytes <= 32) return;
    BW_AT(at + 16) = zero, BW_AT(end - 32) = zero;
    return;
  }
  do {
    BW_AT(at) = zero, BW_AT(at + 16) = zero, BW_AT(at + 32) = zero, BW_AT(at + 48) = zero;
    at += 64;
    __asm__("" : "+r"(at));  // not a memset
  } while (at < end - 64);
  BW_AT(end - 64) = zero, BW_AT(end - 48) = zero, BW_AT(end - 32) = zero, BW_AT(end - 16) = zero;
}

static inline __attribute__((always_inline)) bool bw_is_zero_block(const void *_Nonnull start, size_t bytes) {
  char *at = (char *)start, *end = at + bytes;
  bw_pair sum;
  if (bytes <= 64) {
    sum = BW_AT(at) | BW_AT(end - 16);
    if (bytes > 32) sum |= BW_AT(at + 16) | BW_AT(end - 32);
  } else {
    sum = BW_AT(end - 64) | BW_AT(end - 48) | BW_AT(end - 32) | BW_AT(end - 16);
    do {
      sum |= BW_AT(at) | BW_AT(at + 16) | BW_AT(at + 32) | BW_AT(at + 48);
      at += 64;
    } while (at < end - 64);
  }
  return (sum[0] | sum[1]) == 0;
}
#undef BW_AT

// Repeats `word` from `start` on until `bytes` are filled, in whole words: up to 7 bytes more may be written.
static inline __attribute__((always_inline)) void bw_fill(void *_Nonnull start, size_t bytes, uint64_t word) {
  char *at = (char *)start, *end = at + bytes;
  while (at < end) {
    __builtin_memcpy(at, &word, 8);
    at += 8;
    __asm__("" : "+r"(at));  // some words at most: not worth vectors
  }
}

// True if `bytes` bytes from `start` on are what bw_fill writes; up to 7 bytes more may be read.
static inline __attribute__((always_inline)) bool bw_is_filled(const void *_Nonnull start, size_t bytes, uint64_t word) {
  const char *at = (const char *)start;
  uint64_t found;
  for (; bytes >= 8; bytes -= 8) {
    __builtin_memcpy(&found, at, 8);
    if (found != word) return false;
    at += 8;
    __asm__("" : "+r"(at));
  }
  if (!bytes) return true;
  __builtin_memcpy(&found, at, 8);
  return (found ^ word) << (64 - 8 * bytes) == 0;
}

// One write fault, where reading and then writing would be two. Locked: another thread may be writing there, wrongly.
static inline void bw_touch(void *_Nonnull at) { __atomic_fetch_or((unsigned char *)at, 0, __ATOMIC_RELAXED); }
