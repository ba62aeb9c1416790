// The core's system calls, on their way to libc: some are made to fail, as struct bw_fault_plan (faults.h) says.
//
// The linker brings them here (--wrap, Package.swift), so that no call is forgotten and the core has no code for it. What
// cannot fail is left alone: the clock, ids, yielding, waking, closing, the masks of signals. Nor does a call fail with what
// its kernel would not say.
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "CBulwark.h"

void *__real_mmap(void *hint, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t bytes);
int __real_mprotect(void *address, size_t bytes, int protection);
int __real_madvise(void *address, size_t bytes, int advice);
long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
ssize_t __real_write(int file, const void *bytes, size_t count);
void *__real_dlopen(const char *name, int mode);
int __real_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __real_pthread_setspecific(pthread_key_t key, const void *value);

#define WRAPPER __attribute__((visibility("hidden")))

static struct bw_fault_plan *current_plan(void) {
  return bw_fault_plan_of_thread ? bw_fault_plan_of_thread() : &bw_fault_plan;
}

// SplitMix64, whose state several threads may step.
static uint64_t draw(struct bw_fault_plan *plan) {
  uint64_t z = __atomic_add_fetch(&plan->random, 0x9E3779B97F4A7C15, __ATOMIC_RELAXED);
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

// Counts a call. True if it is to fail; then errno says why. Without a plan none does.
static bool fails(int error) {
  struct bw_fault_plan *plan = current_plan();
  if (!plan) return false;
  uint64_t number = __atomic_add_fetch(&plan->calls, 1, __ATOMIC_RELAXED);
  bool chosen = number >= plan->first && number - plan->first < plan->count && plan->first;
  if (!chosen && plan->one_in) chosen = draw(plan) % plan->one_in == 0;
  if (!chosen) return false;
  __atomic_add_fetch(&plan->failures, 1, __ATOMIC_RELAXED);
  errno = error;
  return true;
}

static void note_mapped(int64_t bytes) {
  struct bw_fault_plan *plan = current_plan();
  if (plan) __atomic_add_fetch(&plan->mapped_bytes, bytes, __ATOMIC_RELAXED);
}
static void note_stranded(int64_t bytes) {
  struct bw_fault_plan *plan = current_plan();
  if (plan) __atomic_add_fetch(&plan->stranded_bytes, bytes, __ATOMIC_RELAXED);
}

static int64_t whole_pages(size_t bytes) { return (int64_t)((bytes + 4095) & ~(size_t)4095); }

WRAPPER void *__wrap_mmap(void *hint, size_t bytes, int protection, int flags, int file, off_t offset) {
  if (fails(ENOMEM)) return MAP_FAILED;
  void *result = __real_mmap(hint, bytes, protection, flags, file, offset);
  if (result != MAP_FAILED) note_mapped(whole_pages(bytes));
  return result;
}

// Only what cuts a mapping in two can fail, and neighbours are often one mapping.
WRAPPER int __wrap_munmap(void *address, size_t bytes) {
  bool is_refused = fails(ENOMEM);
  if (is_refused) note_stranded(whole_pages(bytes));
  if (is_refused || __real_munmap(address, bytes)) return -1;
  note_mapped(-whole_pages(bytes));
  return 0;
}

WRAPPER int __wrap_mprotect(void *address, size_t bytes, int protection) {
  return fails(ENOMEM) ? -1 : __real_mprotect(address, bytes, protection);
}

// Locked memory stays (EINVAL); guards need page tables; advice that a mapping keeps may cut it in two.
WRAPPER int __wrap_madvise(void *address, size_t bytes, int advice) {
  int error = advice == MADV_DONTNEED ? EINVAL : advice == BW_GUARD_INSTALL || advice == BW_GUARD_REMOVE ? ENOMEM : EAGAIN;
  return fails(error) ? -1 : __real_madvise(address, bytes, advice);
}

// With what a call by number fails; 0: never.
static int error_of(long number, long second) {
  switch (number) {
    case SYS_mremap: return ENOMEM;
    case SYS_mincore: return EAGAIN;
    case SYS_getrandom: return EAGAIN;
    case SYS_openat: return EMFILE;
    case SYS_fstat: return EIO;
    case SYS_read: return EIO;
    case SYS_readlinkat: return EACCES;
    case SYS_process_vm_readv: return EPERM;
    case SYS_timer_create: return EAGAIN;
    // A wait that a signal interrupts.
    case SYS_futex: return (second & 127) == FUTEX_WAIT ? EINTR : 0;
    default: return 0;
  }
}

// What a call that fails has done all the same: mremap to a fixed place may have unmapped what was there, and may not have.
static long refuse(long number, const long *a) {
  if (number != SYS_mremap) return -1;
  struct bw_fault_plan *plan = current_plan();
  int error = errno;
  if (draw(plan) % 2 && !__real_munmap((void *)a[4], (size_t)a[2])) note_mapped(-whole_pages((size_t)a[2]));
  else note_stranded(whole_pages((size_t)a[2]));
  errno = error;
  return -1;
}

WRAPPER long __wrap_syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  int error = error_of(number, a[1]);
  if (error && fails(error)) return refuse(number, a);
  long result = __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  // The core moves into a range that it has mapped; the old one is gone, unless the flag 4 (MREMAP_DONTUNMAP) keeps it.
  if (number == SYS_mremap && result != -1 && !(a[3] & 4)) note_mapped(-whole_pages((size_t)a[1]));
  return result;
}

WRAPPER ssize_t __wrap_write(int file, const void *bytes, size_t count) {
  return fails(EAGAIN) ? -1 : __real_write(file, bytes, count);
}

WRAPPER void *__wrap_dlopen(const char *name, int mode) {
  return fails(ENOMEM) ? NULL : __real_dlopen(name, mode);
}

// These return the error.
WRAPPER int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
  return fails(EAGAIN) ? EAGAIN : __real_pthread_key_create(key, destructor);
}
WRAPPER int __wrap_pthread_setspecific(pthread_key_t key, const void *value) {
  return fails(ENOMEM) ? ENOMEM : __real_pthread_setspecific(key, value);
}
