// System calls of the reporter, and its memory: static, because a report may take none from a heap that is broken.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
  BW_REPORTER_BYTES = 64,
  BW_REPORT_TEXT_BYTES = 48 << 10,
  BW_REPORT_JSON_BYTES = 64 << 10,
  BW_PAGE_COPIES_BYTES = (32 << 12) + 4096,
  BW_RESERVE_BYTES = 512 << 10,
};

// Zero, and no memory until a report touches it. Of the thread that holds the reporter's lock, but for the lock, and
// the reserve, which is of whichever thread opens a library.
struct bw_report_storage {
  unsigned char reporter[BW_REPORTER_BYTES];
  unsigned char text[BW_REPORT_TEXT_BYTES];
  unsigned char json[BW_REPORT_JSON_BYTES];
  unsigned char copies[BW_PAGE_COPIES_BYTES] __attribute__((aligned(4096)));
};
extern struct bw_report_storage bw_report_storage __attribute__((aligned(4096), visibility("hidden")));
extern unsigned char bw_reserve_storage[BW_RESERVE_BYTES] __attribute__((aligned(4096), visibility("hidden")));

static inline void *_Nonnull bw_reporter(void) { return bw_report_storage.reporter; }
static inline void *_Nonnull bw_report_text(void) { return bw_report_storage.text; }
static inline void *_Nonnull bw_report_json(void) { return bw_report_storage.json; }
static inline void *_Nonnull bw_page_copies(void) { return bw_report_storage.copies; }
static inline void *_Nonnull bw_reserve(void) { return bw_reserve_storage; }

// Waits while the word has a value, at most so many milliseconds.
static inline void bw_os_futex_wait_for(void *_Nonnull word, uint32_t expected, uint32_t milliseconds) {
  int saved = errno;
  struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &limit, NULL, 0);
  errno = saved;
}

// For writing, made if it is not there; emptied first, or appended to. -errno if it cannot be had or is a symbolic link.
static inline int bw_os_open_output(const char *_Nonnull path, bool empties) {
  int saved = errno;
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | (empties ? O_TRUNC : O_APPEND);
  int result = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}

// The same for what others may read, emptied first.
static inline int bw_os_open_public_output(const char *_Nonnull path) {
  int saved = errno;
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_TRUNC;
  int result = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0644);
  if (result < 0) result = -errno;
  errno = saved;
  return result;
}

// Puts a file in the place of another, at once.
static inline int bw_os_rename(const char *_Nonnull from, const char *_Nonnull to) {
  int saved = errno, result = syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to) ? -errno : 0;
  errno = saved;
  return result;
}

// Blocks every signal of the calling thread but those that its own instructions raise.
// Returns the mask before, for bw_os_restore_signals.
static inline uint64_t bw_os_block_signals(void) {
  uint64_t before = 0;
  uint64_t all = ~((1ull << (SIGSEGV - 1)) | (1ull << (SIGBUS - 1)) | (1ull << (SIGILL - 1)) | (1ull << (SIGFPE - 1)) |
                   (1ull << (SIGTRAP - 1)) | (1ull << (SIGSYS - 1)));
  int saved = errno;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof all);
  errno = saved;
  return before;
}
// Forgets a SIGPIPE of our own, of a write to a pipe that nobody reads, and puts the mask back.
static inline void bw_os_restore_signals(uint64_t before, bool had_pipe_signal) {
  int saved = errno;
  uint64_t pipe = 1ull << (SIGPIPE - 1);
  struct timespec none = {0, 0};
  if (!had_pipe_signal) syscall(SYS_rt_sigtimedwait, &pipe, NULL, &none, sizeof pipe);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  errno = saved;
}
static inline bool bw_os_has_pipe_signal(void) {
  uint64_t pending = 0;
  int saved = errno;
  syscall(SYS_rt_sigpending, &pending, sizeof pending);
  errno = saved;
  return pending & 1ull << (SIGPIPE - 1);
}

static inline uint32_t bw_os_process_id(void) { return (uint32_t)syscall(SYS_getpid); }
__attribute__((noreturn)) static inline void bw_os_trap(void) { __builtin_trap(); }
// Ends the process by SIGABRT whatever handler the program has.
__attribute__((noreturn)) static inline void bw_os_abort_at_once(void) {
  signal(SIGABRT, SIG_DFL);
  abort();
}
