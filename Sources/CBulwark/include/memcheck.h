// What valgrind's memcheck is told of our blocks (flag memcheckRequests). In C because the request is a sequence of
// instructions. Written from valgrind's manual, "The Client Request mechanism", and the numbers of its interface: the sequence does
// nothing on a processor (the rotations of rdi add up to two full turns), and valgrind's recognises it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// Whether memcheck runs this process. A byte, for a test that costs nearly nothing.
extern _Bool bw_memcheck_runs __attribute__((visibility("hidden")));

enum {
  BW_VALGRIND_RUNNING = 0x1001,
  BW_VALGRIND_MALLOC_LIKE = 0x1301,
  BW_VALGRIND_FREE_LIKE = 0x1302,
  BW_VALGRIND_CHANGE_SILENCE = 0x1801,
  // 'M', 'C', and a number.
  BW_MEMCHECK_NO_ACCESS = 0x4d430000,
  BW_MEMCHECK_DEFINED = 0x4d430002,
};

// 0 where there is no valgrind, or none of its tools knows the request.
static inline uintptr_t bw_valgrind_request(uintptr_t request, uintptr_t one, uintptr_t two, uintptr_t three, uintptr_t four) {
  volatile uintptr_t words[6] = {request, one, two, three, four, 0};
  uintptr_t result = 0;
  __asm__ volatile(
      "rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\txchgq %%rbx, %%rbx"
      : "+d"(result)
      : "a"(words)
      : "cc", "memory");
  return result;
}

static inline bool bw_is_memcheck_here(void) { return bw_memcheck_runs; }
// Memcheck alone answers to a request of its own; callgrind and the others do not.
static inline void bw_look_for_memcheck(void) {
  uintptr_t word;
  bw_memcheck_runs = bw_valgrind_request(BW_VALGRIND_RUNNING, 0, 0, 0, 0) != 0 &&
                     bw_valgrind_request(BW_MEMCHECK_DEFINED, (uintptr_t)&word, sizeof word, 0, 0) != 0;
}
// What this thread does from now on is not reported. Counted: as many ends as beginnings.
static inline void bw_memcheck_be_silent(void) { bw_valgrind_request(BW_VALGRIND_CHANGE_SILENCE, 1, 0, 0, 0); }
static inline void bw_memcheck_end_silence(void) {
  bw_valgrind_request(BW_VALGRIND_CHANGE_SILENCE, (uintptr_t)-1, 0, 0, 0);
}
static inline void bw_memcheck_allocated(uintptr_t block, uintptr_t bytes, bool is_zeroed) {
  bw_valgrind_request(BW_VALGRIND_MALLOC_LIKE, block, bytes, 0, is_zeroed);
}
static inline void bw_memcheck_freed(uintptr_t block) { bw_valgrind_request(BW_VALGRIND_FREE_LIKE, block, 0, 0, 0); }
static inline void bw_memcheck_forbid(uintptr_t start, uintptr_t bytes) {
  bw_valgrind_request(BW_MEMCHECK_NO_ACCESS, start, bytes, 0, 0);
}
static inline void bw_memcheck_define(uintptr_t start, uintptr_t bytes) {
  bw_valgrind_request(BW_MEMCHECK_DEFINED, start, bytes, 0, 0);
}
