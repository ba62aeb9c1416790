// Runs of slices: taken for a page, given back, purged.

import Synchronization

extension Arena {
    /// Takes a run of slices, writable and guarded, and returns the descriptor of the page that starts there. The
    /// caller sets the page up and then calls `publish`.
    /// - Parameters:
    ///   - sliceCount: 1 … 512.
    ///   - alignment: of the first slice within its segment, in slices; a power of two.
    ///   - isGuarded: false for a caller that puts guards in place itself.
    /// - Returns: the page, and whether all its memory reads as zero; nil if the kernel has no memory.
    mutating func takeRun(
        sliceCount: UInt, alignment: UInt = 1, isGuarded: Bool = true
    ) -> (page: Ref<Page>, isZeroed: Bool)? {
        lock.acquire()
        defer { lock.release() }
        let wish = RunWish(count: sliceCount, alignment: alignment, isGuarded: isGuarded)
        if let run = takeRun(wish) { return run }
        guard let segment = addSegment() else { return nil }
        if let run = takeRun(from: segment, wish) { return run }
        // The kernel gave addresses, but may not commit memory to them.
        remove(segment)
        return nil
    }

    private struct RunWish {
        let count: UInt
        let alignment: UInt
        let isGuarded: Bool
    }

    /// A run of the segments that there are.
    private mutating func takeRun(_ wish: RunWish) -> (page: Ref<Page>, isZeroed: Bool)? {
        var candidate = segments
        while let segment = candidate {
            if let run = takeRun(from: segment, wish) { return run }
            candidate = segment.pointee.next
        }
        return nil
    }

    private mutating func takeRun(
        from reference: Ref<Segment>, _ wish: RunWish
    ) -> (page: Ref<Page>, isZeroed: Bool)? {
        let count = wish.count
        guard reference.pointee.longestFreeRun >= count else { return nil }
        guard let first = firstRun(of: reference, wish) else {
            // With an alignment the run may exist all the same.
            if wish.alignment == 1 { reference.pointee.longestFreeRun = available(in: reference).longestRun }
            return nil
        }
        let run = first..<first + count
        guard reference.pointee.commit(upTo: run.upperBound), reference.pointee.unseal(run, guards),
            placeGuards(reference, run, wish.isGuarded)
        else { return nil }
        let isZeroed = !reference.pointee.dirty.intersects(run)
        reference.pointee.free.remove(run)
        reference.pointee.dirty.remove(run)
        let page = Segment.page(first, of: reference)
        page.pointee.segment = reference
        page.pointee.sliceIndex = UInt16(first)
        page.pointee.sliceCount = UInt16(count)
        return (page, isZeroed)
    }

    /// The slices that may be taken: with quarantine, those whose memory was given back.
    private func available(in reference: Ref<Segment>) -> SliceSet {
        var set = reference.pointee.free
        if Variant.quarantine { set.subtract(reference.pointee.dirty) }
        return set
    }

    private func firstRun(of reference: Ref<Segment>, _ wish: RunWish) -> UInt? {
        let phase = reference.pointee.base.bits / Unit.slice % wish.alignment
        return available(in: reference).firstRun(count: wish.count, alignment: wish.alignment, phase: phase)
    }

    /// Puts a guard at each end of a run and removes those that an earlier use left inside it.
    private mutating func placeGuards(_ reference: Ref<Segment>, _ run: Range<UInt>, _ isGuarded: Bool) -> Bool {
        guard Variant.guardPages else { return true }
        guard isGuarded else { return removeGuards(reference, run) }
        let (first, last) = (run.lowerBound, run.upperBound - 1)
        let start = reference.pointee.address(ofSlice: first)
        let end = reference.pointee.address(ofSlice: run.upperBound)
        if first < last {
            let fronts = first + 1..<run.upperBound
            let backs = first..<last
            let stale =
                reference.pointee.frontGuards.count(in: fronts) + reference.pointee.backGuards.count(in: backs)
            if stale != 0 {
                let inner = end.offset(from: start) - 2 * Unit.osPage
                guard guards.pointee.remove(start + Unit.osPage, byteCount: inner, guardCount: stale) else {
                    return false
                }
                reference.pointee.frontGuards.remove(fronts)
                reference.pointee.backGuards.remove(backs)
            }
        }
        if !reference.pointee.frontGuards.contains(first),
            guards.pointee.install(start, byteCount: Unit.osPage)
        {
            reference.pointee.frontGuards.insert(first..<first + 1)
        }
        if !reference.pointee.backGuards.contains(last),
            guards.pointee.install(end - Unit.osPage, byteCount: Unit.osPage)
        {
            reference.pointee.backGuards.insert(last..<last + 1)
        }
        return true
    }

    /// Removes all guards of a run.
    private mutating func removeGuards(_ reference: Ref<Segment>, _ run: Range<UInt>) -> Bool {
        let count = reference.pointee.frontGuards.count(in: run) + reference.pointee.backGuards.count(in: run)
        guard count != 0 else { return true }
        let byteCount = (run.upperBound - run.lowerBound) * Unit.slice
        let start = reference.pointee.address(ofSlice: run.lowerBound)
        guard guards.pointee.remove(start, byteCount: byteCount, guardCount: count) else { return false }
        reference.pointee.frontGuards.remove(run)
        reference.pointee.backGuards.remove(run)
        return true
    }

    /// Enters a page that is set up into the page map: from now on its blocks are found.
    mutating func publish(_ page: Ref<Page>, at start: Address, byteCount: UInt) {
        pageMap.pointee.set(start, byteCount: byteCount, to: page)
    }

    /// Takes a retired page's slices back.
    mutating func releaseRun(of page: Ref<Page>) {
        guard let segment = page.pointee.segment else { return }
        let first = UInt(page.pointee.sliceIndex)
        let count = UInt(page.pointee.sliceCount)
        let run = first..<first + count
        pageMap.pointee.set(segment.pointee.address(ofSlice: first), byteCount: count * Unit.slice, to: nil)
        lock.acquire()
        defer { lock.release() }
        insertRun(run, in: segment)
    }

    /// The same for slices that the page map has forgotten; the lock must be held.
    func insertRun(_ run: Range<UInt>, in segment: Ref<Segment>) {
        segment.pointee.free.insert(run)
        if Variant.blockStacks { segment.pointee.forgetRecords(run) }
        segment.pointee.longestFreeRun = Unit.slicesInSegment
        if segment.pointee.dirty.isEmpty {
            segment.pointee.purgeDeadline = Moment.now.milliseconds + purgeDelay
            expectPurge(at: segment.pointee.purgeDeadline)
        }
        segment.pointee.dirty.insert(run)
        // They serve again after the delay; nobody may use them until then.
        if Variant.quarantine, guards.pointee.usesAdvice { _ = segment.pointee.seal(run, guards) }
    }

    /// Makes sure that `purgeIfDue` looks at that time.
    func expectPurge(at deadline: UInt64) {
        if nextPurge.load(ordering: .relaxed) == 0 { nextPurge.store(deadline, ordering: .relaxed) }
    }

    /// Maps a segment's address space, not writable yet, and makes its descriptor.
    private mutating func addSegment() -> Ref<Segment>? {
        let reference: Ref<Segment>
        if let spare = spareSegments {
            reference = spare
            spareSegments = spare.pointee.next
        } else {
            let bytes = metadata.pointee.allocate(
                byteCount: Segment.metadataByteCount, alignment: Unit.osPage, guards: guards)
            guard let bytes else { return nil }
            unsafe reference = Ref(at: bytes)
        }
        // At random, at any slice; else so that runs with large alignments are found easily.
        let base =
            Variant.randomizedFreeLists
            ? VirtualMemory.map(
                byteCount: Unit.segment, alignment: Unit.slice, writable: false, hint: RandomPlace.draw(at: home))
            : VirtualMemory.map(byteCount: Unit.segment, alignment: Unit.segment, writable: false)
        guard let base, reference.pointee.reserveRecords(),
            pageMap.pointee.prepare(base, byteCount: Unit.segment, metadata: metadata, guards: guards)
        else {
            if let base { VirtualMemory.unmap(base, byteCount: Unit.segment) }
            reference.pointee.next = spareSegments
            spareSegments = reference
            return nil
        }
        reference.pointee.base = base
        reference.pointee.free = SliceSet()
        reference.pointee.free.insert(0..<Unit.slicesInSegment)
        reference.pointee.dirty = SliceSet()
        reference.pointee.frontGuards = SliceSet()
        reference.pointee.backGuards = SliceSet()
        reference.pointee.sealed = SliceSet()
        reference.pointee.withheld = SliceSet()
        reference.pointee.committedCount = 0
        reference.pointee.longestFreeRun = Unit.slicesInSegment
        reference.pointee.previous = nil
        reference.pointee.next = segments
        segments?.pointee.previous = reference
        segments = reference
        segmentCount += 1
        return reference
    }
}
