// What was at an address whose page is gone: so that a second free, after the page's release, is still called a
// double free. Violation reports only; descriptors of retired pages keep what they said until they are used again.

import Synchronization

extension Arena {
    /// True if the address lies in a segment, in use or not.
    /// - Complexity: O(segments); takes the lock.
    mutating func holds(_ address: Address) -> Bool {
        lock.acquire()
        defer { lock.release() }
        var candidate = segments
        while let segment = candidate {
            if address.offset(from: segment.pointee.base) < Unit.segment { return true }
            candidate = segment.pointee.next
        }
        return false
    }

    /// The size in bytes of the block that started at `address` in a page that is retired now; nil if none is known.
    /// - Complexity: O(segments + slices); takes the lock.
    mutating func formerBlockByteCount(at address: Address) -> UInt? {
        lock.acquire()
        defer { lock.release() }
        var huge = spareHugePages
        while let page = huge {
            if page.pointee.userStart == address { return page.pointee.requestedByteCount }
            huge = page.pointee.next
        }
        var candidate = segments
        while let segment = candidate {
            let offset = address.offset(from: segment.pointee.base)
            if offset < Unit.segment { return formerBlockByteCount(segment, offset / Unit.slice, address) }
            candidate = segment.pointee.next
        }
        return nil
    }

    /// Looks at every retired page whose run covered the slice.
    private func formerBlockByteCount(_ segment: Ref<Segment>, _ slice: UInt, _ address: Address) -> UInt? {
        var first: UInt = 0
        while first <= slice {
            let page = Segment.page(first, of: segment)
            if first + UInt(page.pointee.sliceCount) > slice, !page.pointee.sharedState.isInUse {
                if page.pointee.kind == .blocks {
                    if isFormerBlock(page, address) { return page.pointee.roomByteCount }
                } else if page.pointee.userStart == address {
                    return page.pointee.requestedByteCount
                }
            }
            first += 1
        }
        return nil
    }

    /// True if one of the blocks that the page had started at the address. (Its state bits are clear by now.)
    private func isFormerBlock(_ page: Ref<Page>, _ address: Address) -> Bool {
        let blockByteCount = UInt(page.pointee.blockByteCount)
        let offset = address.offset(from: page.pointee.origin)
        guard blockByteCount != 0, offset % blockByteCount == 0 else { return false }
        return offset != 0 && offset / blockByteCount <= UInt(page.pointee.sharedCapacity.load(ordering: .relaxed))
    }
}
