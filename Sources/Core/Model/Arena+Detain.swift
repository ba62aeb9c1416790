// Freed large and huge blocks: nobody can access them, their addresses wait, and a large one's memory with them, so that a
// program which allocates and frees the like in a loop does not fault its memory in each time.

import Synchronization

extension Arena {
    /// Takes a retired page of one block. Its block faults from now on; the page map still knows it, so that a second free
    /// is called one.
    /// - Returns: false if that cannot be had: the caller releases the page.
    mutating func detain(_ page: Ref<Page>) -> Bool {
        guard Variant.quarantine else { return false }
        guard VirtualMemory.protect(page.pointee.origin, byteCount: page.pointee.byteCount, writable: false) else {
            return false
        }
        if page.pointee.kind == .huge {
            _ = VirtualMemory.purge(page.pointee.origin, byteCount: page.pointee.byteCount)
        }
        let deadline = Moment.now.milliseconds + purgeDelay
        lock.acquire()
        defer { lock.release() }
        while detained.count == DetainedPages.capacity || detained.byteCount > DetainedPages.largestByteCount {
            releaseFirstDetained()
        }
        detained.append(page, deadline: deadline)
        expectPurge(at: detained.firstDeadline)
        return true
    }

    /// Takes the run of a large block that waits, for another one of the same size.
    /// - Returns: nil if none is there but the one that came last. Else its page, with `origin` and `byteCount` as they were,
    ///   its memory as its last user left it, and its guards in place.
    mutating func takeDetained(byteCount: UInt, alignment: UInt) -> Ref<Page>? {
        guard Variant.quarantine else { return nil }
        lock.acquire()
        defer { lock.release() }
        var place = 0
        var chosen: Int?
        var matches: UInt64 = 0
        while place < detained.count - 1 {
            if let page = detained[place], page.pointee.kind == .large, page.pointee.byteCount == byteCount,
                page.pointee.origin.isAligned(to: alignment)
            {
                // Each of the matches with the same probability, in one pass.
                matches += 1
                if random.next() % matches == 0 { chosen = place }
            }
            place += 1
        }
        guard let chosen, let page = detained[chosen],
            VirtualMemory.protect(page.pointee.origin, byteCount: byteCount, writable: true)
        else { return nil }
        return detained.remove(chosen)
    }

    var firstDetainedDeadline: UInt64 { detained.firstDeadline }

    /// Releases what has waited long enough; the lock must be held.
    mutating func releaseDetained(dueBy: UInt64) {
        while detained.count != 0, detained.firstDeadline <= dueBy { releaseFirstDetained() }
    }

    private mutating func releaseFirstDetained() {
        guard let page = detained.remove(0) else { return }
        if page.pointee.kind == .huge {
            unmapHugeLocked(page)
        } else {
            // Writable again before the slices are: their next page's blocks are. A refusal leaves the run out of use.
            guard VirtualMemory.protect(page.pointee.origin, byteCount: page.pointee.byteCount, writable: true)
            else { return }
            releaseLargeLocked(page)
        }
    }

    /// Takes a retired large page's slices back.
    mutating func releaseLarge(_ page: Ref<Page>) {
        lock.acquire()
        defer { lock.release() }
        releaseLargeLocked(page)
    }

    /// The same while the lock is held.
    mutating func releaseLargeLocked(_ page: Ref<Page>) {
        guard let segment = page.pointee.segment else { return }
        let first = UInt(page.pointee.sliceIndex)
        let count = UInt(page.pointee.sliceCount)
        let start = segment.pointee.address(ofSlice: first)
        pageMap.pointee.set(start, byteCount: count * Unit.slice, to: nil)
        guard removeLargeGuards(page, start, count * Unit.slice) else { return }
        insertRun(first..<first + count, in: segment)
    }
}
