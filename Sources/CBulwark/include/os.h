// One inline function a system call, so that the Swift side needs no libc module: Embedded Swift's view of
// macros, varargs and errno is incomplete. Each returns 0 (or a result) on success and -errno on failure.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/futex.h>

enum { BW_GUARD_INSTALL = 102, BW_GUARD_REMOVE = 103 };  // <linux/mman.h> of 6.13 and later
enum { BW_DONT_DUMP = 16, BW_DO_DUMP = 17 };  // likewise, under _DEFAULT_SOURCE only
enum { BW_WIPE_ON_FORK = 18 };  // MADV_WIPEONFORK, which <sys/mman.h> has under _DEFAULT_SOURCE only

static inline int bw_errno(void) { return errno; }
static inline void bw_set_errno(int value) { errno = value; }
enum { BW_ENOMEM = ENOMEM, BW_EINVAL = EINVAL, BW_EAGAIN = EAGAIN, BW_EPERM = EPERM, BW_EBUSY = EBUSY, BW_ENOTSUP = ENOTSUP };

// Private anonymous memory at about `hint`; 0 on failure. Keeps errno.
static inline uintptr_t bw_os_map(uintptr_t hint, size_t bytes, bool writable) {
  int saved = errno;
  void *p = mmap((void *)hint, bytes, writable ? PROT_READ | PROT_WRITE : PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  errno = saved;
  return p == MAP_FAILED ? 0 : (uintptr_t)p;
}
static inline int bw_os_unmap(uintptr_t address, size_t bytes) {
  int saved = errno, result = munmap((void *)address, bytes) ? -errno : 0;
  errno = saved;
  return result;
}
static inline int bw_os_protect(uintptr_t address, size_t bytes, bool writable) {
  int saved = errno;
  int result = mprotect((void *)address, bytes, writable ? PROT_READ | PROT_WRITE : PROT_NONE) ? -errno : 0;
  errno = saved;
  return result;
}
static inline int bw_os_make_read_only(uintptr_t address, size_t bytes) {
  int saved = errno, result = mprotect((void *)address, bytes, PROT_READ) ? -errno : 0;
  errno = saved;
  return result;
}
// Whether the OS page at `address` is part of a mapping.
static inline bool bw_os_is_mapped(uintptr_t address) {
  int saved = errno;
  unsigned char resident;
  // By number: <sys/mman.h> declares mincore only under _DEFAULT_SOURCE.
  bool mapped = syscall(SYS_mincore, address, 4096, &resident) == 0;
  errno = saved;
  return mapped;
}
static inline int bw_os_advise(uintptr_t address, size_t bytes, int advice) {
  int saved = errno, result = madvise((void *)address, bytes, advice) ? -errno : 0;
  errno = saved;
  return result;
}
static inline int bw_os_purge(uintptr_t address, size_t bytes) {
  return bw_os_advise(address, bytes, MADV_DONTNEED);
}
// True if any OS page of the range, at most 64 of them, is in memory, or the kernel does not say.
static inline bool bw_os_is_any_resident(uintptr_t address, size_t bytes) {
  unsigned char pages[64];
  int saved = errno;
  size_t count = (bytes + 4095) / 4096;
  bool any = count > sizeof pages || syscall(SYS_mincore, address, bytes, pages);
  for (size_t i = 0; !any && i < count; i++) any = pages[i] & 1;
  errno = saved;
  return any;
}
// Which OS pages of a range, of at most 64, are in memory: bit i for the i-th. All, if the kernel does not say.
static inline uint64_t bw_os_resident(uintptr_t start, size_t count) {
  unsigned char pages[64];
  uint64_t set = 0;
  int saved = errno;
  if (count > sizeof pages || syscall(SYS_mincore, start, count * 4096, pages)) set = ~0ull;
  else for (size_t i = 0; i < count; i++) set |= (uint64_t)(pages[i] & 1) << i;
  errno = saved;
  return set;
}
// Moves `from` bytes to the reserved range at `target` and grows them to `to` bytes.
static inline int bw_os_move(uintptr_t address, size_t from, size_t to, uintptr_t target) {
  // By number: <sys/mman.h> declares mremap only under _GNU_SOURCE, which a header is too late to define.
  enum { may_move = 1, fixed = 2 };
  int saved = errno;
  int result = syscall(SYS_mremap, address, from, to, may_move | fixed, target) == -1 ? -errno : 0;
  errno = saved;
  return result;
}
// Moves the memory of `bytes` to the reserved range at `target`; the old range stays mapped.
static inline int bw_os_move_away(uintptr_t address, size_t bytes, uintptr_t target) {
  enum { may_move = 1, fixed = 2, dont_unmap = 4 };
  int saved = errno;
  int result = syscall(SYS_mremap, address, bytes, bytes, may_move | fixed | dont_unmap, target) == -1 ? -errno : 0;
  errno = saved;
  return result;
}
static inline long bw_os_random(void *_Nonnull buffer, size_t bytes) {
  int saved = errno;
  long result = syscall(SYS_getrandom, buffer, bytes, 1 /* GRND_NONBLOCK */);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}
static inline void bw_os_yield(void) {
  int saved = errno;
  syscall(SYS_sched_yield);
  errno = saved;
}
static inline void bw_os_futex_wait(void *_Nonnull word, uint32_t expected) {
  int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
  errno = saved;
}
static inline void bw_os_futex_wake(void *_Nonnull word, int count) {
  int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
  errno = saved;
}
static inline void bw_os_write(int descriptor, const void *_Nonnull bytes, size_t count) {
  int saved = errno;
  const char *next = (const char *)bytes;
  while (count) {
    ssize_t written = write(descriptor, next, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;  // a closed or full stderr is no reason to fail
    next += written, count -= (size_t)written;
  }
  errno = saved;
}
// Files, by system call: libc's functions are cancellation points, and another library's wrappers of them may allocate,
// while the allocator that reads its options cannot serve yet.
static inline int bw_os_open(const char *_Nonnull path) {
  int saved = errno;
  int result = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}
struct bw_file {
  bool is_regular;
  uint32_t owner, mode;
  uint64_t byte_count;
};
static inline int bw_os_describe(int descriptor, struct bw_file *_Nonnull file) {
  struct stat facts;
  int saved = errno, result = syscall(SYS_fstat, descriptor, &facts) ? -errno : 0;
  errno = saved;
  if (result) return result;
  file->is_regular = (facts.st_mode & S_IFMT) == S_IFREG;
  file->owner = facts.st_uid, file->mode = facts.st_mode & 07777;
  file->byte_count = (uint64_t)facts.st_size;
  return 0;
}
static inline long bw_os_read(int descriptor, void *_Nonnull buffer, size_t bytes) {
  int saved = errno;
  long result;
  do result = syscall(SYS_read, descriptor, buffer, bytes);
  while (result < 0 && errno == EINTR);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}
static inline void bw_os_close(int descriptor) {
  int saved = errno;
  syscall(SYS_close, descriptor);
  errno = saved;
}
enum { BW_ENOENT = ENOENT, BW_ENOTDIR = ENOTDIR, BW_ELOOP = ELOOP };
// Where the program lies, without a zero at the end.
static inline long bw_os_program_path(char *_Nonnull buffer, size_t bytes) {
  int saved = errno;
  long result = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", buffer, bytes);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}
// What execve was told to run.
static inline const char *_Nullable bw_os_program_argument(void) { return (const char *)getauxval(AT_EXECFN); }
static inline uint64_t bw_os_milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
static inline uint32_t bw_os_thread_id(void) { return (uint32_t)syscall(SYS_gettid); }
static inline uint64_t bw_os_cycles(void) { return __builtin_ia32_rdtsc(); }
static inline bool bw_os_is_privileged(void) { return getauxval(AT_SECURE) != 0; }
// False before libc has set up its environment.
static inline bool bw_os_has_environment(void) {
  extern char **environ;
  return environ != NULL;
}
static inline const char *_Nullable bw_os_options(void) { return getenv("BULWARK_OPTIONS"); }
__attribute__((noreturn)) static inline void bw_os_abort(void) { abort(); }

static inline void bw_copy(void *_Nonnull to, const void *_Nonnull from, size_t bytes) {
  memcpy(to, from, bytes);
}
static inline void bw_fill_bytes(void *_Nonnull at, uint8_t byte, size_t bytes) { memset(at, byte, bytes); }
static inline long bw_length(const char *_Nonnull text) { return (long)__builtin_strlen(text); }
static inline bool bw_equals(const void *_Nonnull a, const void *_Nonnull b, size_t bytes) {
  return memcmp(a, b, bytes) == 0;
}
static inline void bw_zero(void *_Nonnull at, size_t bytes) { memset(at, 0, bytes); }
