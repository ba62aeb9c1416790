// The prototypes of what the libraries export, under names of our own: the compiler checks each `@implementation`
// against its prototype. The linker gives them their real names too (Package.swift, `exports`): Swift's own exported
// symbols have protected visibility, of which the loader warns where a program takes malloc's address.
// The operators new and delete are in CBulwarkExports: an exception may not cross a Swift frame.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage.h"

struct bw_mallinfo {
  int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct bw_mallinfo2 {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

// An integer, which is returned just as a pointer is: with a pointer the compiler converts the slow path's result
// after its call, and malloc's fast path pays for a frame that it does not need.
uintptr_t bw_abi_malloc(size_t byteCount);
void *_Nullable bw_abi_calloc(size_t count, size_t byteCount);
void *_Nullable bw_abi_realloc(void *_Nullable block, size_t byteCount);
void *_Nullable bw_abi_reallocarray(void *_Nullable block, size_t count, size_t byteCount);
void bw_abi_free(void *_Nullable block);
void bw_abi_free_sized(void *_Nullable block, size_t byteCount);
void bw_abi_free_aligned_sized(void *_Nullable block, size_t alignment, size_t byteCount);
int bw_abi_posix_memalign(void *_Nullable *_Nonnull result, size_t alignment, size_t byteCount);
void *_Nullable bw_abi_aligned_alloc(size_t alignment, size_t byteCount);
void *_Nullable bw_abi_memalign(size_t alignment, size_t byteCount);
void *_Nullable bw_abi_valloc(size_t byteCount);
void *_Nullable bw_abi_pvalloc(size_t byteCount);
size_t bw_abi_malloc_usable_size(void *_Nullable block);
int bw_abi_malloc_trim(size_t pad);
struct bw_mallinfo bw_abi_mallinfo(void);
struct bw_mallinfo2 bw_abi_mallinfo2(void);
int bw_abi_mallopt(int parameter, int value);
void bw_abi_malloc_stats(void);
int bw_abi_malloc_info(int options, void *_Nullable stream);

// What the C files call: hidden, never exported.
#define BW_HIDDEN __attribute__((visibility("hidden")))
BW_HIDDEN void bw_life_load(void);
// At exit: the status to exit with, or 0: the program's own.
BW_HIDDEN int bw_life_exit(void);
// What leaks.c calls: bytes that are lost, after a report of them.
BW_HIDDEN size_t bw_life_report_leaks(void);
// What sized.c and operators.c call: free after a look at the size, and after free's probe. `site` is where the program called from.
BW_HIDDEN void bw_free_checked(void *_Nullable block, size_t byteCount, uintptr_t site);
// What sized.c calls: the fast path's claim of the block is taken back.
BW_HIDDEN void bw_free_revive(void *_Nullable block);
// What the fast path of bw_abi_free_sized ends in, in sized.c.
BW_HIDDEN void bw_free_sized_slowly(void *_Nullable block, size_t byteCount);
BW_HIDDEN void bw_free_sized_damaged(void *_Nullable block, size_t byteCount);
// What operators.c and sized.c call if `bw_notes_families` says so. The numbers are those of AllocationFamily and Deallocator.
enum { BW_FAMILY_NEW = 3, BW_FAMILY_NEW_ARRAY = 4 };
enum { BW_FREE_SIZED = 1, BW_FREE_ALIGNED_SIZED = 2, BW_DELETE = 4, BW_DELETE_ARRAY = 5 };
BW_HIDDEN void bw_note_family(void *_Nonnull block, uint32_t family, size_t alignment);
BW_HIDDEN void bw_check_family(void *_Nonnull block, uint32_t deallocator, size_t alignment, uintptr_t site);
BW_HIDDEN void bw_life_first_thread(void);
BW_HIDDEN void bw_life_thread_end(void);
BW_HIDDEN void bw_life_fork_prepare(void);
BW_HIDDEN void bw_life_fork_parent(void);
BW_HIDDEN void bw_life_fork_child(void);
// What the core calls of lifecycle.c, next.c and operators.c.
BW_HIDDEN struct bw_next_allocator bw_find_next_allocator(void);
BW_HIDDEN void bw_threads_start(void);
BW_HIDDEN void bw_life_watch_thread(uintptr_t heap);
BW_HIDDEN void bw_write_stream(void *_Nullable stream, const char *_Nonnull text, size_t byteCount);
// sigaction and signal, and what the core calls of signals.c.
struct sigaction;
BW_HIDDEN int bw_abi_sigaction(int signal, const struct sigaction *_Nullable action, struct sigaction *_Nullable old);
BW_HIDDEN void bw_signals_install(void);
BW_HIDDEN void bw_signals_resume_child(void);
// From now on the signal asks for statistics too: `bw_life_statistics_signal`, from a signal's handler.
BW_HIDDEN void bw_signals_watch(int signal);
BW_HIDDEN void bw_life_statistics_signal(void);
// What signals.c calls: true if the fault was a violation, and the program may try again.
struct bw_registers;
BW_HIDDEN bool bw_life_fault(uintptr_t address, bool isWrite, const struct bw_registers *_Nonnull registers);
