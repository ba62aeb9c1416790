// Zero-initialised storage for the process-wide state: a Swift global would be initialised lazily, with a test on
// every access. The Swift type laid over it is `Allocator`; a test compares the sizes.
#pragma once
#include <stdint.h>

#define BW_ALLOCATOR_BYTES 4096

extern unsigned char bw_allocator_storage[BW_ALLOCATOR_BYTES]
    __attribute__((aligned(4096), visibility("hidden")));

static inline void *_Nonnull bw_allocator(void) { return bw_allocator_storage; }

// A pointer from an address without the null test that Swift's `UnsafeMutableRawPointer(bitPattern:)!` compiles to.
static inline void *_Nonnull bw_pointer(uintptr_t address) { return (void *)address; }
