// The prototypes of everything that the libraries export. The asm label gives each its real symbol: Swift's
// `@c(malloc)` is reserved for the runtime, and the compiler checks an `@implementation` against its prototype.
// The operators new and delete are in CBulwarkExports: an exception may not cross a Swift frame.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bw_mallinfo {
  int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct bw_mallinfo2 {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

#define BW_ABI(symbol) __asm__(#symbol) __attribute__((visibility("default")))

// An integer, which is returned just as a pointer is: with a pointer the compiler converts the slow path's result
// after its call, and malloc's fast path pays for a frame that it does not need.
uintptr_t bw_abi_malloc(size_t byteCount) BW_ABI(malloc);
void *_Nullable bw_abi_calloc(size_t count, size_t byteCount) BW_ABI(calloc);
void *_Nullable bw_abi_realloc(void *_Nullable block, size_t byteCount) BW_ABI(realloc);
void *_Nullable bw_abi_reallocarray(void *_Nullable block, size_t count, size_t byteCount) BW_ABI(reallocarray);
void bw_abi_free(void *_Nullable block) BW_ABI(free);
void bw_abi_cfree(void *_Nullable block) BW_ABI(cfree);
void bw_abi_free_sized(void *_Nullable block, size_t byteCount) BW_ABI(free_sized);
void bw_abi_free_aligned_sized(void *_Nullable block, size_t alignment, size_t byteCount)
    BW_ABI(free_aligned_sized);
int bw_abi_posix_memalign(void *_Nullable *_Nonnull result, size_t alignment, size_t byteCount)
    BW_ABI(posix_memalign);
void *_Nullable bw_abi_aligned_alloc(size_t alignment, size_t byteCount) BW_ABI(aligned_alloc);
void *_Nullable bw_abi_memalign(size_t alignment, size_t byteCount) BW_ABI(memalign);
void *_Nullable bw_abi_valloc(size_t byteCount) BW_ABI(valloc);
void *_Nullable bw_abi_pvalloc(size_t byteCount) BW_ABI(pvalloc);
size_t bw_abi_malloc_usable_size(void *_Nullable block) BW_ABI(malloc_usable_size);
int bw_abi_malloc_trim(size_t pad) BW_ABI(malloc_trim);
struct bw_mallinfo bw_abi_mallinfo(void) BW_ABI(mallinfo);
struct bw_mallinfo2 bw_abi_mallinfo2(void) BW_ABI(mallinfo2);
int bw_abi_mallopt(int parameter, int value) BW_ABI(mallopt);
void bw_abi_malloc_stats(void) BW_ABI(malloc_stats);
int bw_abi_malloc_info(int options, void *_Nullable stream) BW_ABI(malloc_info);

// What programs written against glibc's internals, and older parts of glibc itself, call.
void *_Nullable bw_abi_libc_malloc(size_t byteCount) BW_ABI(__libc_malloc);
void *_Nullable bw_abi_libc_calloc(size_t count, size_t byteCount) BW_ABI(__libc_calloc);
void *_Nullable bw_abi_libc_realloc(void *_Nullable block, size_t byteCount) BW_ABI(__libc_realloc);
void bw_abi_libc_free(void *_Nullable block) BW_ABI(__libc_free);
void *_Nullable bw_abi_libc_memalign(size_t alignment, size_t byteCount) BW_ABI(__libc_memalign);
void *_Nullable bw_abi_libc_valloc(size_t byteCount) BW_ABI(__libc_valloc);
void *_Nullable bw_abi_libc_pvalloc(size_t byteCount) BW_ABI(__libc_pvalloc);

// Bulwark's own interface; documented in bulwark.h.
const char *_Nonnull bw_api_version(void) BW_ABI(bw_version);
const char *_Nonnull bw_api_variant(void) BW_ABI(bw_variant);
bool bw_api_owns(const void *_Nullable address) BW_ABI(bw_owns);
size_t bw_api_good_size(size_t byteCount) BW_ABI(bw_good_size);
void bw_api_collect(bool force) BW_ABI(bw_collect);

// What lifecycle.c calls: hidden, never exported.
#define BW_HIDDEN __attribute__((visibility("hidden")))
BW_HIDDEN void bw_life_load(void);
BW_HIDDEN void bw_life_thread_end(void);
BW_HIDDEN void bw_life_fork_prepare(void);
BW_HIDDEN void bw_life_fork_parent(void);
BW_HIDDEN void bw_life_fork_child(void);
// What the core calls of lifecycle.c and operators.c.
BW_HIDDEN void bw_life_watch_thread(uintptr_t heap);
BW_HIDDEN void bw_write_stream(void *_Nullable stream, const char *_Nonnull text, size_t byteCount);
