// Where metadata is: the search for leaks must not take what descriptors say of blocks for a use of them.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { BW_RANGE_COUNT = 1024 };

struct bw_range {
  uintptr_t start, end;
};
struct bw_ranges {
  // More than BW_RANGE_COUNT: there was no room for all.
  uint32_t count;
  struct bw_range range[BW_RANGE_COUNT];
};
extern struct bw_ranges bw_metadata_ranges __attribute__((visibility("hidden")));

// Under the metadata pool's lock.
static inline void bw_note_metadata(uintptr_t start, uintptr_t bytes) {
  uint32_t count = bw_metadata_ranges.count++;
  if (count < BW_RANGE_COUNT) bw_metadata_ranges.range[count] = (struct bw_range){start, start + bytes};
}
// True if there was room for all.
static inline bool bw_metadata_is_known(void) { return bw_metadata_ranges.count <= BW_RANGE_COUNT; }
// The end of the range that an address lies in; 0: in none.
static inline uintptr_t bw_metadata_end(uintptr_t address) {
  uint32_t count = bw_metadata_ranges.count < BW_RANGE_COUNT ? bw_metadata_ranges.count : BW_RANGE_COUNT;
  for (uint32_t i = 0; i < count; i++)
    if (address - bw_metadata_ranges.range[i].start < bw_metadata_ranges.range[i].end - bw_metadata_ranges.range[i].start)
      return bw_metadata_ranges.range[i].end;
  return 0;
}
