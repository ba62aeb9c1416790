// What valgrind's memcheck is told (flag memcheckRequests): which blocks there are, and that our own look at what is no part of
// them is no error. Around the exported functions' work; elsewhere than under memcheck a test of one byte each.

import CBulwark

enum Memcheck {
    /// Memcheck runs this process.
    @inline(__always) static var isHere: Bool { Variant.memcheckRequests && bw_is_memcheck_here() }

    /// At load. What was allocated before memcheck does not know.
    static func start() {
        if Variant.memcheckRequests { bw_look_for_memcheck() }
    }

    /// Runs `body`, which looks at canaries, zeros and the like, without memcheck's reports.
    @inline(__always) static func quietly<Result>(_ body: () -> Result) -> Result {
        if isHere { bw_memcheck_be_silent() }
        defer { if isHere { bw_memcheck_end_silence() } }
        return body()
    }

    /// Runs `body`, which allocates, and tells what it gave.
    /// - Parameter kept: of so many bytes the contents came from an earlier block.
    @inline(never) static func allocating(
        _ byteCount: UInt, isZeroed: Bool = false, kept: UInt = 0, _ body: () -> UInt
    ) -> UInt {
        bw_memcheck_be_silent()
        defer { bw_memcheck_end_silence() }
        let block = body()
        guard block != 0 else { return 0 }
        bw_memcheck_allocated(block, byteCount, isZeroed)
        bw_memcheck_define(block, Swift.min(kept, byteCount))
        forbidSurroundings(of: Address(block), byteCount)
        return block
    }

    /// What is ours around a block: the canary behind it, up to the room's end, and that of the block in front.
    private static func forbidSurroundings(of block: Address, _ byteCount: UInt) {
        guard Allocator.isReady(Allocator.shared),
            let page = Allocator.shared.pointee.pageMap.page(covering: block)
        else { return }
        let end = block.bits + byteCount
        switch page.pointee.kind {
        case .blocks:
            let size = UInt(page.pointee.blockByteCount)
            // An aligned block's own end, wherever it begins within its room.
            forbid(from: end, to: block.bits + size - block.offset(from: page.pointee.origin) % size)
            if Variant.paddingCanaries { forbid(from: block.bits - 8, to: block.bits) }
        case .large, .huge: forbid(from: end, to: page.pointee.origin.bits + page.pointee.byteCount)
        case .trap, .sampled: return
        }
    }

    private static func forbid(from start: UInt, to end: UInt) {
        if end > start { bw_memcheck_forbid(start, end - start) }
    }

    /// Runs `body`, which frees a block, or says why not. Told before: afterwards the block may be another thread's.
    @inline(never) static func freeing(_ block: UInt, _ body: () -> Void) {
        bw_memcheck_be_silent()
        if block != 0 { bw_memcheck_freed(block) }
        body()
        bw_memcheck_end_silence()
    }

    /// Runs `body`, which resizes a block: to memcheck the old one ends, and a new one begins, perhaps at the same place, whose
    /// contents count as defined as far as the old one's size.
    @inline(never) static func resizing(_ block: UInt, to byteCount: UInt, _ body: () -> UInt) -> UInt {
        bw_memcheck_be_silent()
        defer { bw_memcheck_end_silence() }
        let former = Allocator.shared.pointee.liveByteCount(at: Address(block)) ?? 0
        bw_memcheck_freed(block)
        let new = allocating(byteCount, kept: former, body)
        // Refused, or no memory: the old block lives on.
        if new == 0, former != 0 {
            bw_memcheck_allocated(block, former, false)
            bw_memcheck_define(block, former)
        }
        return new
    }
}
