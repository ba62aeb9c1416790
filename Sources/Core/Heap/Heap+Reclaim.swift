// Taking back what other threads freed, when the heap's thread chooses: bw_reclaim and bw_flush. (malloc's slow path does so when it
// needs blocks of a class.)

import Synchronization

extension Heap {
    /// Looks at some of the heap's pages, on from where the last call ended, and takes in the blocks that other threads freed
    /// into them; and into all those that were full, which such a free has announced.
    /// - Returns: how many blocks came back.
    /// - Complexity: O(pageCount + blocks that come back).
    mutating func reclaim(upTo pageCount: UInt) -> UInt {
        var count = takeWakes()
        var rest = pageCount
        while rest != 0, let page = nextToReclaim() {
            rest -= 1
            count += reclaim(page)
        }
        return count
    }

    /// Takes all in, and gives empty pages back.
    /// - Returns: how many blocks came back.
    mutating func flushRemoteFrees() -> UInt {
        var count = takeWakes()
        for index in 0..<SizeClass.count {
            var candidate = queues[index].first
            while let page = candidate {
                candidate = page.pointee.next
                count += reclaim(page)
            }
        }
        releaseEmptyPages()
        return count
    }

    private mutating func reclaim(_ page: Ref<Page>) -> UInt {
        guard page.pointee.sharedState.head != 0 else { return 0 }
        let before = page.pointee.trueUsed
        page.pointee.collectThreadFree()
        let count = UInt(before - page.pointee.trueUsed)
        // The one in use stays.
        if page.pointee.trueUsed == 0, !page.pointee.isPinned { attend(to: page) }
        return count
    }

    /// The page after the one that was returned last, in all the heap's queues in turn.
    private mutating func nextToReclaim() -> Ref<Page>? {
        // Where it was may be elsewhere by now; then its class begins anew.
        if let last = reclaimPage, last.pointee.owner.load(ordering: .relaxed) == address.bits,
            last.pointee.sizeClass.index == reclaimClass, !last.pointee.isFull, let next = last.pointee.next
        {
            reclaimPage = next
            return next
        }
        for _ in 0..<SizeClass.count {
            reclaimClass = Int(reclaimClass) + 1 == SizeClass.count ? 0 : reclaimClass + 1
            guard let first = queues[Int(reclaimClass)].first else { continue }
            reclaimPage = first
            return first
        }
        return nil
    }
}
