// What the unwinder needs and Swift cannot say: the frame pointer, the bounds of our own image, a look at memory that
// may not be mapped, and libunwind, which is opened at run time and whose callbacks have C's types.
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// The frame of the function that this is inlined into: its saved frame pointer, then its return address.
__attribute__((always_inline)) static inline uintptr_t bw_frame_address(void) {
  return (uintptr_t)__builtin_frame_address(0);
}

// True if the 8 bytes at `address` can be read. The kernel copies the set before it looks at the command, which no
// kernel knows: EFAULT if it cannot, EINVAL if it can, and nothing changes. Any sandbox allows rt_sigprocmask(2).
// At address 0 it takes the set for absent: never ask there.
static inline bool bw_os_is_readable(uintptr_t address) {
  int saved = errno;
  bool readable = syscall(SYS_rt_sigprocmask, ~0, address, NULL, 8) != -1 || errno != EFAULT;
  errno = saved;
  return readable;
}

// Copies memory of this process that may not be mapped, or vanish meanwhile: 0, or -EFAULT; another error if the
// kernel or a sandbox does not allow the call. Linux: process_vm_readv(2).
static inline int bw_os_copy_safely(void *_Nonnull to, uintptr_t from, size_t bytes, uint32_t process) {
  struct iovec local = {to, bytes}, remote = {(void *)from, bytes};
  int saved = errno;
  long count = syscall(SYS_process_vm_readv, process, &local, 1ul, &remote, 1ul, 0ul);
  int result = count == (long)bytes ? 0 : count >= 0 ? -EFAULT : -errno;
  errno = saved;
  return result;
}
enum { BW_EFAULT = EFAULT };

// True while no second thread was ever made: nobody else can hold any lock.
static inline bool bw_is_single_threaded(void) { return __libc_single_threaded; }

// Where the image that this is linked into begins and ends in memory.
uintptr_t bw_image_start(void) __attribute__((visibility("hidden"), const));
uintptr_t bw_image_end(void) __attribute__((visibility("hidden"), const));
uintptr_t bw_data_start(void) __attribute__((visibility("hidden"), const));
uintptr_t bw_data_end(void) __attribute__((visibility("hidden"), const));

// An object that the loader mapped. Its fields of the loader's list may be read only with care: see Report/Module.swift.
struct bw_module {
  uintptr_t start, end;
  // Where its table for unwinding begins (PT_GNU_EH_FRAME).
  uintptr_t eh_frame_header;
  // The loader's record of it (struct link_map).
  uintptr_t record;
};
// Which object an address lies in. Lock-free: glibc's _dl_find_object(3), 2.35 and later; false without it.
bool bw_find_module(uintptr_t address, struct bw_module *_Nonnull module) __attribute__((visibility("hidden")));
// True if this libc can tell at all.
bool bw_can_find_modules(void) __attribute__((visibility("hidden"), const));

// How the unwinder reads memory: the aligned word at `address`, or false.
typedef bool (*bw_load)(void *_Nonnull memory, uintptr_t address, uintptr_t *_Nonnull word);

// The registers at a call: the return address, and the stack and frame pointers behind it. Of code that a signal interrupted,
// the interrupted instruction's address and 1: one byte before `instruction` always lies in the instruction meant.
struct bw_registers {
  uintptr_t instruction, stack, frame;
};

enum bw_unwinder_state { BW_UNWINDER_CLOSED, BW_UNWINDER_OPENING, BW_UNWINDER_OPEN, BW_UNWINDER_ABSENT };
enum bw_unwinder_state bw_unwinder_state(void) __attribute__((visibility("hidden")));
// Opens libunwind, unless that was tried: allocates and takes the loader's lock, so never within malloc, and best while
// there is one thread. True if it is open now.
bool bw_unwinder_open(void) __attribute__((visibility("hidden")));
// The same in the last moments of a process, when another thread may hold the loader's lock for ever: gives up after
// so many milliseconds. Uses SIGABRT for that, and gives it back.
bool bw_unwinder_open_within(uint32_t milliseconds) __attribute__((visibility("hidden")));
// Takes libunwind out of use: a thread that is gone may hold its locks.
void bw_unwinder_give_up(void) __attribute__((visibility("hidden")));

// Calls `visit` with each caller's return address, innermost first, until it returns false or there is none. libunwind must
// be open. Allocates nothing, takes no lock but libunwind's own around its free list of frame descriptions.
void bw_unwind(const struct bw_registers *_Nonnull start, bw_load _Nonnull load, void *_Nonnull memory,
               bool (*_Nonnull visit)(void *_Nonnull context, uintptr_t instruction), void *_Nonnull context)
    __attribute__((visibility("hidden")));
// One step from the registers of a call to those of its caller, which replace them. 1; 0 if there is no caller; below 0 if
// it cannot be told.
// `frame_saved` becomes where the caller's frame pointer was found, 0 if it is unchanged; other registers are taken for
// unknown, which hardly any code minds.
int bw_unwind_step(struct bw_registers *_Nonnull registers, bw_load _Nonnull load, void *_Nonnull memory,
                   uintptr_t *_Nonnull frame_saved) __attribute__((visibility("hidden")));
// Threads that are within bw_unwind or bw_unwind_step now.
uint32_t bw_unwind_count(void) __attribute__((visibility("hidden")));

// Where StackDepot is; its backtraces have a mapping.
enum { BW_STACK_DEPOT_BYTES = 64 };
extern unsigned char bw_stack_depot_storage[BW_STACK_DEPOT_BYTES] __attribute__((aligned(64), visibility("hidden")));
static inline void *_Nonnull bw_stack_depot(void) { return bw_stack_depot_storage; }

// Room for UnwindRules: zero, and no memory until blocks' stacks are taken.
enum { BW_UNWIND_RULES_BYTES = 65536 * 16 };
extern unsigned char bw_unwind_rules_storage[BW_UNWIND_RULES_BYTES] __attribute__((aligned(4096), visibility("hidden")));
static inline void *_Nonnull bw_unwind_rules(void) { return bw_unwind_rules_storage; }
