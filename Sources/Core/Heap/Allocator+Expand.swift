// Resizing a block where it is, or not at all: bw_expand. The calling thread's business only where it owns the block's page.

import Synchronization

extension Allocator {
    /// Resizes a block, if it can stay where it is.
    /// - Parameters:
    ///   - address: a live block; anything else is reported, or refused.
    ///   - byteCount: any number.
    ///   - heapAddress: the calling thread's heap, or 0.
    /// - Returns: false if it would have to move: then nothing has changed.
    mutating func expand(_ address: Address, _ byteCount: UInt, _ heapAddress: Address) -> Bool {
        guard let page = pageMap.page(covering: address) else {
            refuseForeign(address, .reallocationOfFreed, .invalidReallocation)
            return false
        }
        guard let old = liveByteCount(page, address) else {
            refuse(page, address, .reallocationOfFreed, .invalidReallocation)
            return false
        }
        var kept = old
        switch page.pointee.kind {
        case .trap, .sampled: return byteCount == old
        case .blocks:
            return page.pointee.resizeBlock(
                address, byteCount, heap: heapAddress, mayStay: byteCount <= page.pointee.roomByteCount, &kept)
        case .large, .huge:
            page.pointee.examineSingle()
            let room = page.pointee.byteCount &- page.pointee.shift
            guard byteCount <= room, room - byteCount <= Page.mostSlack else { return false }
            page.pointee.fillSingle(byteCount)
            return true
        }
    }
}
