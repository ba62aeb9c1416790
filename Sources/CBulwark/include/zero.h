// Zeroing, filling and looking at blocks, inline: a Swift loop that stores zeros becomes a call of memset, and free's fast path may
// call nothing. Stores and loads overlap where that saves a branch.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef long long bw_pair __attribute__((vector_size(16), may_alias));

#define BW_AT(at) (*(bw_pair *)(at))

// Blanks a block: `word`, a constant, over all of it. `bytes`: a multiple of 16, at least 16; `start` is aligned to 16.
static inline __attribute__((always_inline)) void bw_blank_block(void *_Nonnull start, size_t bytes, uint64_t word) {
  const bw_pair blank = {(long long)word, (long long)word};
  char *at = (char *)start, *end = at + bytes;
  if (bytes <= 64) {
    BW_AT(at) = blank, BW_AT(end - 16) = blank;
    if (bytes <= 32) return;
    BW_AT(at + 16) = blank, BW_AT(end - 32) = blank;
    return;
  }
  BW_AT(at) = blank, BW_AT(at + 16) = blank, BW_AT(at + 32) = blank, BW_AT(at + 48) = blank;
  BW_AT(end - 64) = blank, BW_AT(end - 48) = blank, BW_AT(end - 32) = blank, BW_AT(end - 16) = blank;
  if (bytes <= 128) return;
  end -= 64;
  at += 64;
  do {
    BW_AT(at) = blank, BW_AT(at + 16) = blank, BW_AT(at + 32) = blank, BW_AT(at + 48) = blank;
    at += 64;
    __asm__("" : "+r"(at));  // not a memset
  } while (at < end);
}

// True if a block is as `bw_blank_block` left it. The same terms.
static inline __attribute__((always_inline)) bool bw_is_blank_block(
    const void *_Nonnull start, size_t bytes, uint64_t word) {
  const bw_pair blank = {(long long)word, (long long)word};
  char *at = (char *)start, *end = at + bytes;
  bw_pair sum;
  if (bytes <= 64) {
    sum = (BW_AT(at) ^ blank) | (BW_AT(end - 16) ^ blank);
    if (bytes > 32) sum |= (BW_AT(at + 16) ^ blank) | (BW_AT(end - 32) ^ blank);
  } else {
    sum = (BW_AT(end - 64) ^ blank) | (BW_AT(end - 48) ^ blank) | (BW_AT(end - 32) ^ blank) | (BW_AT(end - 16) ^ blank);
    sum |= (BW_AT(at) ^ blank) | (BW_AT(at + 16) ^ blank) | (BW_AT(at + 32) ^ blank) | (BW_AT(at + 48) ^ blank);
    if (bytes > 128) {
      // Four sums, so that none waits for the one before.
      bw_pair a = sum, b = sum, c = sum;
      end -= 64;
      at += 64;
      do {
        sum |= BW_AT(at) ^ blank, a |= BW_AT(at + 16) ^ blank, b |= BW_AT(at + 32) ^ blank, c |= BW_AT(at + 48) ^ blank;
        at += 64;
      } while (at < end);
      sum |= a | b | c;
    }
  }
  return (sum[0] | sum[1]) == 0;
}

// Repeats `word` over `bytes` bytes, 9 to 72, in whole words: up to 7 bytes more are written. Stores overlap: the number of
// bytes is as good as random, and a loop would be guessed wrong.
static inline __attribute__((always_inline)) void bw_fill(void *_Nonnull start, size_t bytes, uint64_t word) {
  char *at = (char *)start;
  const size_t last = (bytes - 1) & ~(size_t)7;  // where the last word is: 8 to 64
  const bw_pair two = {(long long)word, (long long)word};
  __builtin_memcpy(at + last, &word, 8);
  __builtin_memcpy(at, &two, 16);
  if (bytes <= 24) return;
  const size_t most = last - 8;
  __builtin_memcpy(at + 16, &two, 16);
  __builtin_memcpy(at + (most < 32 ? most : 32), &two, 16);
  __builtin_memcpy(at + (most < 48 ? most : 48), &two, 16);
}

// True if `bytes` bytes, 9 to 72, from `start` on are what bw_fill writes; up to 7 bytes more are read.
static inline __attribute__((always_inline)) bool bw_is_filled(const void *_Nonnull start, size_t bytes, uint64_t word) {
  const char *at = (const char *)start;
  const size_t last = (bytes - 1) & ~(size_t)7;
  uint64_t first, before, tail;
  __builtin_memcpy(&tail, at + last, 8);
  tail = (tail ^ word) << (8 * (8 - (bytes - last)));
  if (bytes <= 24) {
    __builtin_memcpy(&first, at, 8);
    __builtin_memcpy(&before, at + last - 8, 8);
    return ((first ^ word) | (before ^ word) | tail) == 0;
  }
  const bw_pair two = {(long long)word, (long long)word};
  const size_t most = last - 16;
  bw_pair a, b, c, d;
  __builtin_memcpy(&a, at, 16);
  __builtin_memcpy(&b, at + (most < 16 ? most : 16), 16);
  __builtin_memcpy(&c, at + (most < 32 ? most : 32), 16);
  __builtin_memcpy(&d, at + (most < 48 ? most : 48), 16);
  const bw_pair sum = (a ^ two) | (b ^ two) | (c ^ two) | (d ^ two);
  return (((uint64_t)sum[0] | (uint64_t)sum[1]) | tail) == 0;
}

static inline void bw_prefetch(const void *_Nonnull at) { __builtin_prefetch(at, 1, 3); }

#undef BW_AT

// One write fault, where reading and then writing would be two, the second with an interrupt of all other threads. Locked:
// another thread may be writing there, wrongly. In assembly: of __atomic_fetch_or(…, 0) the compiler leaves nothing.
static inline void bw_touch(void *_Nonnull at) { __asm__ volatile("lock orb $0, (%0)" : : "r"(at) : "memory", "cc"); }
