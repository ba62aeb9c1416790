// A process's state and the kernel's answers, put back before each input: what an input does depends on nothing else. The
// harnesses are linked with --wrap for the functions of libc that the core calls (Package.swift); outside of an input, and
// for what is not the core's, the wrappers are what they wrap.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "CBulwark.h"
#include "CFuzz.h"

void *__real_mmap(void *hint, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t bytes);
int __real_mprotect(void *address, size_t bytes, int protection);
int __real_madvise(void *address, size_t bytes, int advice);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
long __real_syscall(long number, long a, long b, long c, long d, long e, long f);

// Below the homes that the core draws (Platform/RandomPlace.swift), where nobody else maps anything. Downwards, as the kernel does.
static const uintptr_t top = (uintptr_t)12 << 40;
enum { MOST_RANGES = 1 << 14 };

static struct {
  bool is_on;
  uintptr_t next;
  uint64_t random;
  uint64_t milliseconds;
  unsigned failing_after, failing, failures;
  unsigned range_count;
  struct bw_range ranges[MOST_RANGES];
  uintptr_t watched[FUZZ_WATCH_COUNT];
  bool given_back[FUZZ_WATCH_COUNT];
} world;

static struct bw_allocator fresh_allocator;
static struct bw_thread fresh_thread, threads[FUZZ_THREAD_COUNT];
static unsigned current;

void fuzz_world_begin(uint64_t seed) {
  static bool has_fresh;
  if (!has_fresh) fresh_allocator = bw_allocator_storage, fresh_thread = bw_thread, has_fresh = true;
  bw_allocator_storage = fresh_allocator;
  bw_thread = fresh_thread;
  for (unsigned i = 0; i < FUZZ_THREAD_COUNT; i++) threads[i] = fresh_thread;
  current = 0;
  bw_metadata_ranges.count = 0;
  bw_fork_mark_address = 0;
  bw_notes_families = 0;
  memset(bw_report_storage.reporter, 0, sizeof bw_report_storage.reporter);
  memset(bw_stack_depot(), 0, BW_STACK_DEPOT_BYTES);
  world.next = top, world.random = seed, world.milliseconds = 1 << 20;
  world.failing_after = world.failing = world.failures = world.range_count = 0;
  memset(world.watched, 0, sizeof world.watched);
  world.is_on = true;
}

void fuzz_world_end(void) {
  world.is_on = false;
  if (world.next != top) __real_munmap((void *)world.next, top - world.next);
  for (unsigned i = 0; i < world.range_count; i++)
    __real_munmap((void *)world.ranges[i].start, world.ranges[i].end - world.ranges[i].start);
}

void fuzz_thread_switch(unsigned thread) {
  threads[current] = bw_thread;
  current = thread;
  bw_thread = threads[current];
}
void fuzz_thread_reset(unsigned thread) {
  threads[thread] = fresh_thread;
  if (thread == current) bw_thread = fresh_thread;
}
uintptr_t fuzz_thread_heap(unsigned thread) {
  uintptr_t heap = thread == current ? bw_thread.heap : threads[thread].heap;
  return heap == bw_empty_heap() ? 0 : heap;
}

void fuzz_time_passes(uint64_t milliseconds) { world.milliseconds += milliseconds; }
void fuzz_kernel_fails(unsigned after, unsigned count) { world.failing_after = after, world.failing = count; }
unsigned fuzz_kernel_failures(void) { return world.failures; }

// True if this call for memory is to fail.
static bool fails(void) {
  if (!world.is_on || !world.failing) return false;
  if (world.failing_after) return world.failing_after--, false;
  world.failing--, world.failures++;
  errno = ENOMEM;
  return true;
}

void fuzz_watch(unsigned index, uintptr_t address) { world.watched[index] = address, world.given_back[index] = false; }
bool fuzz_was_given_back(unsigned index) { return world.given_back[index]; }
static void note_given_back(uintptr_t address, size_t bytes) {
  if (!world.is_on) return;
  for (unsigned i = 0; i < FUZZ_WATCH_COUNT; i++)
    if (world.watched[i] - address < bytes) world.given_back[i] = true;
}

bool fuzz_is_mapped_by_core(uintptr_t address) {
  if (address >= world.next && address < top) return true;
  for (unsigned i = 0; i < world.range_count; i++)
    if (address - world.ranges[i].start < world.ranges[i].end - world.ranges[i].start) return true;
  return false;
}

void *__wrap_mmap(void *hint, size_t bytes, int protection, int flags, int file, off_t offset) {
  if (!world.is_on || file != -1 || flags & MAP_FIXED) return __real_mmap(hint, bytes, protection, flags, file, offset);
  if (fails()) return MAP_FAILED;
  flags |= MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  if (hint && world.range_count < MOST_RANGES) {
    void *at = __real_mmap(hint, bytes, protection, flags, file, offset);
    if (at != MAP_FAILED) {
      world.ranges[world.range_count++] = (struct bw_range){(uintptr_t)at, (uintptr_t)at + bytes};
      return at;
    }
  }
  size_t rounded = (bytes + 4095) & ~(size_t)4095;
  if (rounded < bytes || rounded > world.next - ((uintptr_t)1 << 40)) return errno = ENOMEM, MAP_FAILED;
  void *at = __real_mmap((void *)(world.next - rounded), bytes, protection, flags, file, offset);
  if (at != MAP_FAILED) world.next -= rounded;
  return at;
}

int __wrap_munmap(void *address, size_t bytes) {
  note_given_back((uintptr_t)address, bytes);
  return __real_munmap(address, bytes);
}
int __wrap_mprotect(void *address, size_t bytes, int protection) {
  return fails() ? -1 : __real_mprotect(address, bytes, protection);
}
int __wrap_madvise(void *address, size_t bytes, int advice) {
  if (advice == MADV_DONTNEED || advice == BW_GUARD_INSTALL) note_given_back((uintptr_t)address, bytes);
  return advice != MADV_DONTNEED && fails() ? -1 : __real_madvise(address, bytes, advice);
}
int __wrap_clock_gettime(clockid_t clock, struct timespec *time) {
  if (!world.is_on || clock != CLOCK_MONOTONIC_COARSE) return __real_clock_gettime(clock, time);
  time->tv_sec = (time_t)(world.milliseconds / 1000);
  time->tv_nsec = (long)(world.milliseconds % 1000) * 1000000;
  return 0;
}

// SplitMix64.
static uint64_t next_random(void) {
  uint64_t z = world.random += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

long __wrap_syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (world.is_on && number == SYS_getrandom) {
    for (long i = 0; i < a[1]; i++) ((unsigned char *)a[0])[i] = (unsigned char)next_random();
    return a[1];
  }
  if (world.is_on && number == SYS_mremap) {
    if (fails()) return -1;
    note_given_back((uintptr_t)a[0], (size_t)a[1]);
  }
  return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

void fuzz_abort(void) {
  world.is_on = false;
  abort();
}
