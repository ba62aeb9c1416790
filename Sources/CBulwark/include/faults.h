// Fault injection: which of the core's system calls are to fail. The calls come here by way of CBulwarkFaults, which only the
// debug library and the unit tests are linked with; elsewhere nothing of this is in the machine code.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Valid, and without any failure, when zero-initialised. Any number of threads may follow one plan.
struct bw_fault_plan {
  // Calls number `first` … first + count - 1 fail; the first call is number 1.
  uint64_t first, count;
  // Of all calls, one in so many fails at random; 0: none.
  uint64_t one_in;
  // The state of the random numbers; the seed, to begin with.
  uint64_t random;
  // The calls so far that can fail, and those of them that did.
  uint64_t calls, failures;
  // The bytes that were mapped less those that were unmapped, and what is left because an unmapping was made to fail.
  int64_t mapped_bytes, stranded_bytes;
};

// The process's plan. The options fail_call and its kin write it.
extern struct bw_fault_plan bw_fault_plan __attribute__((visibility("hidden")));

static inline void bw_fault_plan_start(uint64_t first, uint64_t count, uint64_t one_in, uint64_t seed) {
  bw_fault_plan.first = first;
  bw_fault_plan.count = count;
  bw_fault_plan.one_in = one_in;
  bw_fault_plan.random = seed;
  __atomic_store_n(&bw_fault_plan.calls, 0, __ATOMIC_RELEASE);
}

static inline uint64_t bw_fault_call_count(void) { return __atomic_load_n(&bw_fault_plan.calls, __ATOMIC_RELAXED); }
static inline uint64_t bw_fault_count(void) { return __atomic_load_n(&bw_fault_plan.failures, __ATOMIC_RELAXED); }

// The plan that the calling thread follows. Only the unit tests define it, which run in parallel; in the library, where it is
// missing, that is the process's.
struct bw_fault_plan *_Nullable bw_fault_plan_of_thread(void) __attribute__((weak, visibility("hidden")));
