// Runs of released large pages that the kernel did not make accessible again: at a limit of memory (what is writable counts) or of
// mappings. They wait with their segment until it does, or until nothing else is in the segment, which can then go whole.

extension Arena {
    /// Keeps a run out of use for the time being; the lock must be held.
    func withhold(_ run: Range<UInt>, in segment: Ref<Segment>) {
        if segment.pointee.dirty.isEmpty, segment.pointee.withheld.isEmpty {
            segment.pointee.purgeDeadline = Moment.now.milliseconds + purgeDelay
            expectPurge(at: segment.pointee.purgeDeadline)
        }
        segment.pointee.withheld.insert(run)
    }

    /// Tries once more with all of a segment's; what can be had becomes free. The lock must be held.
    mutating func reopenWithheld(_ segment: Ref<Segment>) {
        forEachWithheld(segment) { arena, page, run in
            guard arena.open(page, isProtected: true) else { return }
            segment.pointee.withheld.remove(run)
            arena.insertRun(run, in: segment)
        }
    }

    /// Before a segment is unmapped; the lock must be held.
    mutating func forgetWithheld(_ segment: Ref<Segment>) {
        forEachWithheld(segment) { arena, page, run in
            if page.pointee.isApart { arena.apartCount -= 1 }
            page.pointee.isApart = false
            arena.guards.pointee.forget(guardCount: UInt(page.pointee.guardCount))
            segment.pointee.withheld.remove(run)
        }
    }

    private mutating func forEachWithheld(
        _ segment: Ref<Segment>, _ body: (inout Arena, Ref<Page>, Range<UInt>) -> Void
    ) {
        var next = segment.pointee.withheld.first(from: 0)
        while let first = next {
            let page = Segment.page(first, of: segment)
            let run = first..<first + UInt(page.pointee.sliceCount)
            body(&self, page, run)
            next = segment.pointee.withheld.first(from: run.upperBound)
        }
    }
}
