// The one list of what statistics have, for all the forms in which they are given to people and programs.

extension Statistics {
    /// One number.
    struct Field {
        let name: StaticString
        let value: UInt
        let summary: StaticString
        /// It only ever grows.
        var isCounter = false
    }

    /// Calls `body` with every number, in the order of `struct bw_statistics`.
    func forEachField(_ body: (Field) -> Void) {
        body(Field(name: "live_count", value: usedCount, summary: "Blocks in use."))
        body(
            Field(
                name: "live_bytes", value: usedByteCount,
                summary: "Bytes of blocks in use, by the size of their blocks."))
        body(Field(name: "free_count", value: freeCount, summary: "Blocks that were made and are free."))
        body(Field(name: "free_bytes", value: freeByteCount, summary: "Bytes of blocks that were made and are free."))
        body(Field(name: "large_count", value: largeCount, summary: "Large blocks in use."))
        body(Field(name: "large_bytes", value: largeByteCount, summary: "Bytes of large blocks in use."))
        body(Field(name: "huge_count", value: hugeCount, summary: "Huge blocks in use, mappings of their own."))
        body(Field(name: "huge_bytes", value: hugeByteCount, summary: "Bytes of huge blocks in use."))
        body(
            Field(
                name: "committed_bytes", value: committedByteCount,
                summary: "Bytes of segments that were made writable."))
        body(
            Field(
                name: "purgeable_bytes", value: dirtyByteCount,
                summary: "Bytes of free slices that were not given back yet."))
        body(Field(name: "metadata_bytes", value: metadataByteCount, summary: "Bytes of the allocator's own memory."))
        body(Field(name: "guard_count", value: guardCount, summary: "Guards in force."))
        body(
            Field(
                name: "refused_guard_count", value: refusedGuardCount, summary: "Guards that could not be had.",
                isCounter: true))
        body(
            Field(
                name: "foreign_free_count", value: foreignFreeCount,
                summary: "Frees of addresses that are not ours, ignored or handed on.", isCounter: true))
    }

    /// Calls `body` with each size class that has pages: its blocks' size, its pages, and its blocks in use.
    func forEachClass(_ body: (UInt, UInt, UInt) -> Void) {
        for index in 0..<SizeClass.count where pageCounts[index] != 0 {
            body(SizeClass(index: UInt8(index)).blockByteCount, pageCounts[index], usedCounts[index])
        }
    }
}
