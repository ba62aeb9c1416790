// Storage, zero but for one word, for the process-wide state: a Swift global would be initialised lazily, with a test on
// every access. The Swift type laid over it is `Allocator`; a test compares the sizes.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define BW_ALLOCATOR_BYTES 8192
// Whole OS pages, so that they can be made read-only by themselves. The Swift type laid over it is `Settings`.
#define BW_SETTINGS_BYTES 8192

// The allocator that comes after us in the process; a NULL says that there is none.
struct bw_next_allocator {
  void (*_Nullable free)(void *_Nullable block);
  void *_Nullable (*_Nullable realloc)(void *_Nullable block, size_t byteCount);
  size_t (*_Nullable usable_size)(void *_Nullable block);
};

struct bw_allocator {
  // Where the page map is. To begin with an empty one, which is never written: so free may ask it at any time.
  uintptr_t page_map;
  unsigned char rest[BW_ALLOCATOR_BYTES - sizeof(uintptr_t)];
  unsigned char settings[BW_SETTINGS_BYTES];
};

extern struct bw_allocator bw_allocator_storage __attribute__((aligned(4096), visibility("hidden")));

static inline void *_Nonnull bw_allocator(void) { return &bw_allocator_storage; }
static inline void *_Nonnull bw_settings(void) { return bw_allocator_storage.settings; }

// A pointer from an address without the null test that Swift's `UnsafeMutableRawPointer(bitPattern:)!` compiles to.
static inline void *_Nonnull bw_pointer(uintptr_t address) { return (void *)address; }

// Where the mark is that tells children of forks (Platform/ForkMark.swift); 0: nowhere.
extern uintptr_t bw_fork_mark_address __attribute__((visibility("hidden")));
static inline uintptr_t bw_fork_mark(void) { return bw_fork_mark_address; }
static inline void bw_set_fork_mark(uintptr_t address) { bw_fork_mark_address = address; }

// Whether the operators new and delete say which they are (flag familyChecks). A byte, for a test that costs nearly nothing.
extern _Bool bw_notes_families __attribute__((visibility("hidden")));
static inline void bw_set_notes_families(void) { bw_notes_families = 1; }

// What a signal asked for and the next allocation is to write (Exports/Summaries.swift); 0: nothing.
extern uint32_t bw_wanted_summaries __attribute__((visibility("hidden")));
static inline uint32_t bw_wants_summaries(void) { return __atomic_load_n(&bw_wanted_summaries, __ATOMIC_RELAXED); }
static inline void bw_want_summaries(uint32_t which) { __atomic_fetch_or(&bw_wanted_summaries, which, __ATOMIC_RELAXED); }
// For one thread alone: who gets a bit writes what it stands for.
static inline uint32_t bw_take_summaries(void) { return __atomic_exchange_n(&bw_wanted_summaries, 0, __ATOMIC_RELAXED); }
