// What the tests need in C.
#pragma once
#include "CBulwark.h"
#include <stdbool.h>
#include <sys/prctl.h>

// Stands in for ThreadSanitizer's note of "Swift access races": scripts/test links the races suite, by way of
// Package.swift, with --wrap=__tsan_external_write. Such are overlapping calls of mutating methods on state that threads
// share by design; they would be reported in place of real data races at the same spot, which are what the suite
// looks for.
void __wrap___tsan_external_write(void *_Nullable address, void *_Nullable caller, void *_Nullable tag);

// Makes the processor's clock a fault for this thread, or not: prctl, which has no fixed parameters, Swift cannot call.
static inline bool test_forbid_clock(bool forbids) {
  return prctl(PR_SET_TSC, forbids ? PR_TSC_SIGSEGV : PR_TSC_ENABLE) == 0;
}

// From here on the calling thread's system calls in the core fail as the plan says; NULL: none fails.
void bw_test_follow_plan(struct bw_fault_plan *_Nullable plan);
