// Giving memory back: free slices after a delay, empty segments whole.

import Synchronization

extension Arena {
    /// Purges what has been free for longer than the delay. Cheap when nothing is due: a load and a comparison.
    @inline(__always) mutating func purgeIfDue() {
        let deadline = nextPurge.load(ordering: .relaxed)
        if deadline != 0 { purgeIfPast(deadline) }
    }

    @inline(never) private mutating func purgeIfPast(_ deadline: UInt64) {
        let now = Moment.now.milliseconds
        if now >= deadline { purge(dueBy: now) }
    }

    /// Purges the segments whose deadline is not after `dueBy`; `.max` purges all.
    mutating func purge(dueBy: UInt64) {
        lock.acquire()
        defer { lock.release() }
        releaseDetained(dueBy: dueBy)
        var earliest = firstDetainedDeadline
        var candidate = segments
        while let segment = candidate {
            candidate = segment.pointee.next
            guard !segment.pointee.isSettled else { continue }
            if segment.pointee.purgeDeadline <= dueBy {
                reopenWithheld(segment)
                segment.pointee.purge(guards: guards)
                // With quarantine its slices may be taken only now.
                segment.pointee.longestFreeRun = Unit.slicesInSegment
                let goneCount = segment.pointee.free.count + segment.pointee.withheld.count
                if goneCount == Unit.slicesInSegment, segmentCount > 1 {
                    remove(segment)
                    continue
                }
                if segment.pointee.isSettled { continue }
                // The kernel refused (the memory is locked, or at its limit): once more later.
                segment.pointee.purgeDeadline = Moment.now.milliseconds + purgeDelay
            }
            if earliest == 0 || segment.pointee.purgeDeadline < earliest {
                earliest = segment.pointee.purgeDeadline
            }
        }
        nextPurge.store(earliest, ordering: .relaxed)
    }

    /// Gives a segment's address space back; its descriptor waits for the next segment.
    mutating func remove(_ segment: Ref<Segment>) {
        forgetWithheld(segment)
        if Variant.guardPages {
            guards.pointee.forget(
                guardCount: segment.pointee.frontGuards.count + segment.pointee.backGuards.count)
        }
        segment.pointee.closeRecords()
        VirtualMemory.unmap(segment.pointee.base, byteCount: Unit.segment)
        segment.pointee.base = Address(0)
        if let next = segment.pointee.next { next.pointee.previous = segment.pointee.previous }
        if let previous = segment.pointee.previous {
            previous.pointee.next = segment.pointee.next
        } else {
            segments = segment.pointee.next
        }
        segment.pointee.next = spareSegments
        spareSegments = segment
        segmentCount -= 1
    }

    /// Where guards take mappings, gives those in free slices back: the process may have run out of them.
    mutating func dropIdleGuards() {
        guard Variant.guardPages, !guards.pointee.usesAdvice else { return }
        lock.acquire()
        defer { lock.release() }
        var candidate = segments
        while let segment = candidate {
            candidate = segment.pointee.next
            var start = segment.pointee.free.first(from: 0)
            while let begin = start {
                let end = segment.pointee.free.firstAbsent(from: begin)
                dropGuards(segment, begin..<end)
                start = segment.pointee.free.first(from: end)
            }
        }
    }

    private mutating func dropGuards(_ segment: Ref<Segment>, _ run: Range<UInt>) {
        let count = segment.pointee.frontGuards.count(in: run) + segment.pointee.backGuards.count(in: run)
        let end = Swift.min(run.upperBound, segment.pointee.committedCount)
        guard count != 0, end > run.lowerBound else { return }
        let start = segment.pointee.address(ofSlice: run.lowerBound)
        let byteCount = (end - run.lowerBound) * Unit.slice
        guard guards.pointee.remove(start, byteCount: byteCount, guardCount: count) else { return }
        segment.pointee.frontGuards.remove(run)
        segment.pointee.backGuards.remove(run)
    }
}
