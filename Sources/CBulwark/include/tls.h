// Thread-local storage: Swift has none in Embedded mode. The initial-exec model makes an access two moves, with
// no call into the loader; it takes 64 bytes of the static surplus when the library is opened by dlopen.
#pragma once
#include <stdint.h>

struct bw_thread {
  // The address of the calling thread's heap. Before its first allocation, and after its end began, that of an
  // empty one, in which malloc's fast path finds no block: so it need not ask whether there is a heap.
  uintptr_t heap;
  // 0: running; 1: its thread-specific data are being destroyed, it gets no heap of its own any more.
  uint32_t ending;
  // Not 0 while the thread holds every lock, for a fork, or ends the process over a violation: locks let it through. What
  // the bits say: CurrentThread.noteLock.
  uint32_t passing;
  // The kernel's id of the thread, once it was asked for; 0 before, and in the child of a fork.
  uint32_t id;
  // A bit for each of the next allocator's functions that this thread is in: it is not called again from there.
  uint32_t forwarding;
  // 1: in a report of a violation; 2: and memory comes from the reserve, because a library is being opened.
  uint32_t reporting;
  // Not 0 while the thread allocates or frees: its blocks are not as they should be, if a signal's handler looks (flag heapChecks).
  uint32_t changing;
  // The part of the thread's stack that walks through it found readable: Report/StackMemory.swift.
  uintptr_t stack_start, stack_end;
  // The allocations since the last look at all blocks: option check_interval.
  uintptr_t allocations;
  // The address of the thread's own heap while a created one is its default in `heap`; else 0.
  uintptr_t own_heap;
};

extern _Thread_local struct bw_thread bw_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

// The entries of the table that a heap begins with.
enum { BW_DIRECT_COUNT = 129 };

// The empty heap: a table of references to a page without blocks, and nothing else of a heap.
uintptr_t bw_empty_heap(void) __attribute__((visibility("hidden"), const));

// A number that no other running thread has.
static inline uintptr_t bw_thread_token(void) { return (uintptr_t)&bw_thread; }
static inline uintptr_t bw_thread_own_heap(void) { return bw_thread.own_heap; }
static inline void bw_thread_set_own_heap(uintptr_t heap) { bw_thread.own_heap = heap; }
static inline uintptr_t bw_thread_allocations(void) { return bw_thread.allocations; }
static inline void bw_thread_set_allocations(uintptr_t count) { bw_thread.allocations = count; }
static inline uintptr_t bw_thread_stack_start(void) { return bw_thread.stack_start; }
static inline uintptr_t bw_thread_stack_end(void) { return bw_thread.stack_end; }
static inline void bw_thread_set_stack(uintptr_t start, uintptr_t end) {
  bw_thread.stack_start = start;
  bw_thread.stack_end = end;
}
static inline uint32_t bw_thread_changing(void) { return *(volatile uint32_t *)&bw_thread.changing; }
// For a handler on the same thread the change must stand before, or behind, what it is about: so the fences.
static inline void bw_thread_change(int32_t step) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  *(volatile uint32_t *)&bw_thread.changing += (uint32_t)step;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
static inline uintptr_t bw_thread_heap(void) { return bw_thread.heap; }
static inline void bw_thread_set_heap(uintptr_t heap) { bw_thread.heap = heap; }
static inline uint32_t bw_thread_ending(void) { return bw_thread.ending; }
static inline uint32_t bw_thread_passing(void) { return bw_thread.passing; }
static inline void bw_thread_set_passing(uint32_t passing) { bw_thread.passing = passing; }
static inline uint32_t bw_thread_id(void) { return bw_thread.id; }
static inline void bw_thread_set_id(uint32_t id) { bw_thread.id = id; }
static inline void bw_thread_set_ending(uint32_t ending) { bw_thread.ending = ending; }
static inline uint32_t bw_thread_forwarding(void) { return bw_thread.forwarding; }
static inline void bw_thread_set_forwarding(uint32_t forwarding) { bw_thread.forwarding = forwarding; }
static inline uint32_t bw_thread_reporting(void) { return bw_thread.reporting; }
static inline void bw_thread_set_reporting(uint32_t reporting) { bw_thread.reporting = reporting; }
