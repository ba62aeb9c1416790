// What the harnesses need in C: a world that is the same for every run of an input (world.c), and accesses that may
// fault (access.c).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_THREAD_COUNT = 4, FUZZ_WATCH_COUNT = 64 };

// Puts the allocator's storage back to what it is when a process begins, and makes the kernel's answers a function of
// `seed`: random bytes, addresses, the time.
void fuzz_world_begin(uint64_t seed);
// Unmaps all that the core mapped since.
void fuzz_world_end(void);

// The thread that the calling thread plays from now on: 0 … FUZZ_THREAD_COUNT - 1. (Only Exports asks which thread it is on.)
void fuzz_thread_switch(unsigned thread);
// The same thread begins anew, without a heap.
void fuzz_thread_reset(unsigned thread);
uintptr_t fuzz_thread_heap(unsigned thread);

// Lets the core's clock go on.
void fuzz_time_passes(uint64_t milliseconds);
// After `after` more successful ones, `count` calls for memory or for its protection fail.
void fuzz_kernel_fails(unsigned after, unsigned count);
// How many calls failed for that reason since the last fuzz_world_begin.
unsigned fuzz_kernel_failures(void);

// Watches one byte in place `index`: whether the kernel is told to take its memory back.
void fuzz_watch(unsigned index, uintptr_t address);
bool fuzz_was_given_back(unsigned index);
// True if the byte lies in memory that the core mapped since fuzz_world_begin.
bool fuzz_is_mapped_by_core(uintptr_t address);

// One byte, if it is accessible.
bool fuzz_load(uintptr_t address, uint8_t *_Nonnull byte);
bool fuzz_store(uintptr_t address, uint8_t byte);

// Ends the process as a finding; libFuzzer keeps the input.
__attribute__((noreturn)) void fuzz_abort(void);
