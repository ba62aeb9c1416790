// A walk over all live blocks that have records (flag blockStacks). Takes no lock: while other threads run, what they allocate and
// free meanwhile may be met or not.

import Synchronization

/// A live block.
struct FoundBlock {
    let start: Address
    /// The requested bytes.
    let byteCount: UInt
    let record: Ref<BlockRecord>
}

extension Allocator {
    /// The live block that an address lies in. Sampled blocks have no records, and those of no bytes no memory.
    func foundBlock(covering address: Address) -> FoundBlock? {
        guard let page = pageMap.page(covering: address) else { return nil }
        switch page.pointee.kind {
        case .trap, .sampled: return nil
        case .large, .huge:
            let state = page.pointee.sharedState
            let byteCount = page.pointee.requestedByteCount
            guard state.isInUse, state.isUnowned, address.offset(from: page.pointee.userStart) < byteCount,
                let record = page.pointee.record(0)
            else { return nil }
            return FoundBlock(start: page.pointee.userStart, byteCount: byteCount, record: record)
        case .blocks:
            let size = UInt(page.pointee.blockByteCount)
            guard size != 0 else { return nil }
            let number = address.offset(from: page.pointee.origin) / size
            guard number != 0, number <= UInt(page.pointee.sharedCapacity.load(ordering: .relaxed)) else {
                return nil
            }
            return foundBlock(UInt32(number), of: page)
        }
    }

    fileprivate func foundBlock(_ number: UInt32, of page: Ref<Page>) -> FoundBlock? {
        guard page.pointee.states.isLive(number), let record = page.pointee.record(number) else { return nil }
        let start = page.pointee.address(of: number)
        // Not what its seal says: the block may be freed, and its memory go, at this instant.
        let byteCount = page.pointee.rememberedByteCount(number) ?? page.pointee.roomByteCount
        return FoundBlock(start: start, byteCount: byteCount, record: record)
    }
}

/// Where a walk is.
struct BlockWalk {
    private let allocator: Ref<Allocator>
    private var segment: Ref<Segment>?
    private var slice: UInt = 0
    private var huge: Ref<Page>?
    private var page: Ref<Page>?
    private var number: UInt32 = 0

    /// From the beginning.
    init(_ allocator: Ref<Allocator>) {
        self.allocator = allocator
        segment = allocator.pointee.arena.segments
        huge = allocator.pointee.arena.hugePages
    }

    /// The next block.
    mutating func next() -> FoundBlock? {
        while true {
            if let page {
                number += 1
                if page.pointee.kind == .blocks,
                    number <= UInt32(page.pointee.sharedCapacity.load(ordering: .relaxed))
                {
                    if let block = allocator.pointee.foundBlock(number, of: page) { return block }
                    continue
                }
                self.page = nil
                if page.pointee.kind != .blocks,
                    let block = allocator.pointee.foundBlock(covering: page.pointee.userStart)
                {
                    return block
                }
            }
            guard let page = nextPage() else { return nil }
            if page.pointee.sharedState.isInUse {
                self.page = page
                number = 0
            }
        }
    }

    private mutating func nextPage() -> Ref<Page>? {
        while let segment {
            while slice < Unit.slicesInSegment {
                if segment.pointee.free.contains(slice) {
                    slice += 1
                } else {
                    let page = Segment.page(slice, of: segment)
                    slice += Swift.max(1, UInt(page.pointee.sliceCount))
                    return page
                }
            }
            self.segment = segment.pointee.next
            slice = 0
        }
        guard let page = huge else { return nil }
        huge = page.pointee.next
        return page
    }
}
