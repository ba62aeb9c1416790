// What the unwinder needs and Swift cannot say: the frame pointer, the bounds of our own image, a look at memory
// that may not be mapped.
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// The frame of the function that this is inlined into: its saved frame pointer, then its return address.
__attribute__((always_inline)) static inline uintptr_t bw_frame_address(void) {
  return (uintptr_t)__builtin_frame_address(0);
}

// True if the 8 bytes at `address` can be read. The kernel copies the set before it looks at the command, which no
// kernel knows: EFAULT if it cannot, EINVAL if it can, and nothing changes. Any sandbox allows rt_sigprocmask(2).
static inline bool bw_os_is_readable(uintptr_t address) {
  int saved = errno;
  bool readable = syscall(SYS_rt_sigprocmask, ~0, address, NULL, 8) != -1 || errno != EFAULT;
  errno = saved;
  return readable;
}

// Where the image that this is linked into begins and ends in memory.
uintptr_t bw_image_start(void) __attribute__((visibility("hidden"), const));
uintptr_t bw_image_end(void) __attribute__((visibility("hidden"), const));
