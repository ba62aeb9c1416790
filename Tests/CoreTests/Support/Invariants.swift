// The equations that the sources state, checked. Each answer names the equation that does not hold, or is nil.
// For use while no other thread is inside the core.

import Synchronization

enum Invariants {
    /// The blocks of a page on one of its lists; nil if the list leaves the page's blocks or goes round in circles.
    static func list(_ page: Ref<Page>, from head: UInt32) -> [UInt32]? {
        var numbers: [UInt32] = []
        var number = head
        let capacity = page.madeCount
        while number != 0 {
            guard number <= capacity, numbers.count < Int(capacity) else { return nil }
            numbers.append(number)
            let block = page.pointee.address(of: number)
            let link = unsafe page.pointee.keys.decode(block.loadWord(), at: block)
            guard link <= UInt64(capacity) else { return nil }
            number = UInt32(link)
        }
        return numbers
    }

    /// Page.swift, (1) to (6), for a page of blocks whose owner is not inside a function.
    /// - Parameter magazine: the page's blocks that are in its heap's magazine.
    static func broken(_ page: Ref<Page>, magazine: [UInt32] = []) -> String? {
        guard page.pointee.kind == .blocks else { return "not a page of blocks" }
        let capacity = page.madeCount
        let heads = Variant.usesMagazines ? (0, 0) : (page.pointee.free, page.pointee.localFree)
        guard let free = list(page, from: heads.0), let local = list(page, from: heads.1),
            let remote = list(page, from: page.pointee.sharedState.head)
        else { return "Page (1): a list is broken" }
        let blocks = PageBlocks(
            listed: Variant.usesMagazines ? available(page) : free + local, magazine: magazine, remote: remote)
        if let twice = blocks.firstTwice { return "Page (1): block \(twice) is in two places" }
        if capacity > page.blockCount { return "Page (1): capacity \(capacity) > blockCount" }
        let used = page.pointee.trueUsed
        if Int(used) + blocks.listed.count != Int(capacity) {
            return "Page (1): \(used) + \(blocks.listed.count) != \(capacity)"
        }
        if remote.count + magazine.count > Int(used) { return "Page (1): more blocks wait than are used" }
        if page.pointee.isFull {
            if !blocks.listed.isEmpty { return "Page (2): a full page has free blocks" }
            if capacity != page.blockCount || page.pointee.used != 1 { return "Page (2): used or capacity" }
        } else if page.pointee.used != used + (page.pointee.isPinned ? 1 : 0) {
            return "Page (2): used \(page.pointee.used), trueUsed \(used), isPinned \(page.pointee.isPinned)"
        }
        return brokenLayout(page) ?? brokenStates(page, blocks) ?? brokenContents(page, blocks)
    }

    /// The blocks that are available, by their bits.
    private static func available(_ page: Ref<Page>) -> [UInt32] {
        (0...page.madeCount).filter { page.pointee.states.isAvailable($0) }
    }

    private static func brokenLayout(_ page: Ref<Page>) -> String? {
        guard let segment = page.pointee.segment else { return "Page: no segment" }
        let size = UInt(page.pointee.blockByteCount)
        let start = segment.pointee.address(ofSlice: UInt(page.pointee.sliceIndex))
        let end = start + UInt(page.pointee.sliceCount) * Unit.slice
        let first = page.pointee.address(of: 1)
        let last = page.pointee.address(of: page.blockCount)
        if !page.pointee.origin.isAligned(to: 16) || size % 16 != 0 { return "Page (3): alignment" }
        if first.offset(from: start) != Arena.guardByteCount { return "Page (3): first block" }
        if (last + size).bits > end.bits - Arena.guardByteCount { return "Page (3): last block" }
        let reciprocal = UInt(page.pointee.reciprocal)
        if reciprocal * size < 1 << 32 || (reciprocal - 1) * size >= 1 << 32 { return "Page (4): reciprocal" }
        return nil
    }

    /// PageQueue.swift, (1). - Returns: the pages in order; nil if a link is wrong.
    static func pages(of queue: PageQueue) -> [Ref<Page>]? {
        guard (queue.first == nil) == (queue.last == nil) else { return nil }
        var pages: [Ref<Page>] = []
        var candidate = queue.first
        while let page = candidate {
            guard page.pointee.previous == pages.last, pages.count < 1 << 16 else { return nil }
            pages.append(page)
            candidate = page.pointee.next
        }
        return pages.last == queue.last ? pages : nil
    }
}
