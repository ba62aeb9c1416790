// Bulwark for Swift programs: `import Bulwark`. A C module with Swift's names, not a Swift one: its library holds Embedded Swift,
// which must not be linked into one image with the ordinary kind; and so one line in a Package.swift brings the allocator and this.
// What is not here is in bulwark.h, by its C names.
#pragma once
#include "bulwark.h"

#define BW_NAMED(name) __attribute__((swift_name(name)))

/// What the allocator holds: see `struct bw_statistics` in bulwark.h.
struct BulwarkStatistics {
  /// Blocks in use, and their bytes by the size of their blocks.
  long liveCount, liveBytes;
  /// Blocks that were made and are free, and their bytes.
  long freeCount, freeBytes;
  /// Of those in use, blocks with OS pages of their own in segments, and their bytes.
  long largeCount, largeBytes;
  /// Blocks with a mapping of their own, which `liveCount` does not count, and their bytes.
  long hugeCount, hugeBytes;
  /// Made writable in segments; of those, free and not given back to the kernel yet.
  long committedBytes, purgeableBytes;
  /// The allocator's own.
  long metadataBytes;
  /// Guards in force, and those that the kernel refused.
  long guardCount, refusedGuardCount;
  /// Frees of addresses that are not the allocator's, where they are ignored.
  long foreignFreeCount;
} BW_NAMED("Statistics");

/// Counts what the allocator holds now. Approximate while other threads run.
static inline struct BulwarkStatistics bw_swift_statistics(void) BW_NAMED("BulwarkStatistics.current()");
static inline struct BulwarkStatistics bw_swift_statistics(void) {
  struct bw_statistics now;
  bw_statistics_read(&now, sizeof now);
  struct BulwarkStatistics all = {
      (long)now.live_count,      (long)now.live_bytes,      (long)now.free_count,     (long)now.free_bytes,
      (long)now.large_count,     (long)now.large_bytes,     (long)now.huge_count,     (long)now.huge_bytes,
      (long)now.committed_bytes, (long)now.purgeable_bytes, (long)now.metadata_bytes, (long)now.guard_count,
      (long)now.refused_guard_count, (long)now.foreign_free_count};
  return all;
}

/// Writes the statistics as a JSON object into memory; see bw_statistics_json. Returns the bytes that the whole text has.
static inline long bw_swift_statistics_json(char *_Nullable buffer, long capacity)
    BW_NAMED("BulwarkStatistics.writeJSON(to:capacity:)");
static inline long bw_swift_statistics_json(char *_Nullable buffer, long capacity) {
  return (long)bw_statistics_json(buffer, (size_t)capacity);
}

/// The library in the process: "release", "secure" or "debug".
static inline const char *_Nonnull bw_swift_variant(void) BW_NAMED("bulwarkVariant()");
static inline const char *_Nonnull bw_swift_variant(void) { return bw_variant(); }
#undef BW_NAMED
