// Totals for mallinfo and its kin, counted by walking the pages: the fast paths count nothing. Approximate while
// other threads run.

import Synchronization

/// What the process holds, in bytes and numbers of blocks.
struct Statistics {
    /// Bytes of blocks in use, by the size of their blocks.
    var usedByteCount: UInt = 0
    var usedCount: UInt = 0
    /// Bytes of blocks that were made and are free.
    var freeByteCount: UInt = 0
    var freeCount: UInt = 0
    /// Huge mappings in use, and their bytes.
    var hugeByteCount: UInt = 0
    var hugeCount: UInt = 0
    /// Bytes of segments that were made writable.
    var committedByteCount: UInt = 0
    /// Bytes of free slices that are not purged yet.
    var dirtyByteCount: UInt = 0
    var metadataByteCount: UInt = 0
    var guardCount: UInt = 0
    var refusedGuardCount: UInt = 0
    var foreignFreeCount: UInt = 0
    /// The pages of each size class, and of their blocks those in use.
    var pageCounts = InlineArray<88, UInt>(repeating: 0)
    var usedCounts = InlineArray<88, UInt>(repeating: 0)
    /// Large blocks in use, and their bytes.
    var largeCount: UInt = 0
    var largeByteCount: UInt = 0
}

/// A size class's part of it.
struct ClassStatistics {
    var pageCount: UInt = 0
    var usedCount: UInt = 0
    /// Blocks that were made and are free, those that wait included.
    var freeCount: UInt = 0
}

extension Allocator {
    /// - Complexity: O(slices); takes the arena's lock.
    mutating func statistics() -> Statistics { statistics(waits: true) ?? Statistics() }

    /// - Parameter waits: false for a signal's handler, whose thread may hold the lock: the result is nil where it is taken.
    mutating func statistics(waits: Bool) -> Statistics? {
        if waits {
            arena.lock.acquire()
        } else if !arena.lock.tryAcquire() {
            return nil
        }
        defer { arena.lock.release() }
        var sum = Statistics()
        sum.metadataByteCount = metadata.mappedByteCount
        sum.guardCount = guards.installedCount
        sum.refusedGuardCount = guards.refusedCount
        sum.foreignFreeCount = foreignFreeCount.load(ordering: .relaxed)
        if Variant.sampledGuards { (sum.usedCount, sum.usedByteCount) = samples.liveCountAndByteCount }
        var candidate = arena.segments
        while let segment = candidate {
            candidate = segment.pointee.next
            sum.committedByteCount += segment.pointee.committedCount * Unit.slice
            var kept = segment.pointee.dirty
            kept.subtract(segment.pointee.sealed)
            sum.dirtyByteCount += kept.count * Unit.slice
            add(segment, to: &sum)
        }
        var huge = arena.hugePages
        while let page = huge {
            huge = page.pointee.next
            guard page.pointee.sharedState.isInUse else { continue }
            sum.hugeCount += 1
            sum.hugeByteCount += page.pointee.byteCount
        }
        return sum
    }

    /// The same by size class.
    /// - Complexity: O(slices); takes the arena's lock.
    mutating func classStatistics() -> InlineArray<88, ClassStatistics> {
        var classes = InlineArray<88, ClassStatistics>(repeating: ClassStatistics())
        arena.lock.acquire()
        defer { arena.lock.release() }
        var candidate = arena.segments
        while let segment = candidate {
            candidate = segment.pointee.next
            Self.forEachPage(of: segment) { page in
                guard page.pointee.kind == .blocks else { return }
                let (used, made) = Self.counts(of: page)
                let index = Int(page.pointee.sizeClass.index)
                classes[index].pageCount += 1
                classes[index].usedCount += used
                classes[index].freeCount += made - used
            }
        }
        return classes
    }

    private func add(_ segment: Ref<Segment>, to sum: inout Statistics) {
        Self.forEachPage(of: segment) { page in
            if page.pointee.kind == .blocks {
                let byteCount = UInt(page.pointee.blockByteCount)
                let (used, made) = Self.counts(of: page)
                sum.usedCount += used
                sum.usedByteCount += used * byteCount
                sum.freeCount += made - used
                sum.freeByteCount += (made - used) * byteCount
                sum.pageCounts[Int(page.pointee.sizeClass.index)] += 1
                sum.usedCounts[Int(page.pointee.sizeClass.index)] += used
            } else {
                sum.largeCount += 1
                sum.largeByteCount += page.pointee.byteCount
                sum.usedCount += 1
                sum.usedByteCount += page.pointee.byteCount
            }
        }
    }

    /// The blocks in use, and those that were ever made available: no fewer.
    private static func counts(of page: Ref<Page>) -> (used: UInt, made: UInt) {
        let used = page.pointee.approximateUsed
        return (used, Swift.max(used, UInt(page.pointee.sharedCapacity.load(ordering: .relaxed))))
    }

    /// Calls `body` with the pages in use; the arena's lock must be held.
    private static func forEachPage(of segment: Ref<Segment>, _ body: (Ref<Page>) -> Void) {
        var slice: UInt = 0
        while slice < Unit.slicesInSegment {
            guard !segment.pointee.free.contains(slice) else {
                slice += 1
                continue
            }
            let page = Segment.page(slice, of: segment)
            slice += Swift.max(1, UInt(page.pointee.sliceCount))
            if page.pointee.sharedState.isInUse { body(page) }
        }
    }
}
