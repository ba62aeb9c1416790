// Blocks of 16 KiB and more, of which a program may use a part: zeroing what nobody wrote, and looking through it, would fault in
// one OS page after the other. The kernel knows which are in memory; the others are zero.

import Synchronization

extension Page {
    // The blocks that are in memory from end to end: nobody need ask. Only for sparse classes, whose pages have fewer than 64
    // blocks; a bit for each, in `extentWord`. Any thread that frees a block sets its bit, the owner clears those of free ones. A
    // bit that is set and should not be costs time, nothing else: what the block has no memory for reads as zero.

    private func isWhole(_ number: UInt32) -> Bool {
        extentWord.load(ordering: .relaxed) >> UInt(number % 64) & 1 != 0
    }

    private func noteWhole(_ number: UInt32) {
        _ = extentWord.bitwiseOr(1 << UInt(number % 64), ordering: .relaxed)
    }

    func forgetWhole(_ number: UInt32) {
        _ = extentWord.bitwiseAnd(~(1 << UInt(number % 64)), ordering: .relaxed)
    }
    func forgetAllWhole() { extentWord.store(0, ordering: .relaxed) }

    /// The OS pages that a block lies on, and those that are in memory.
    private func residentPages(_ block: Address) -> (start: Address, count: UInt, set: UInt64) {
        let start = block.aligned(down: Unit.osPage)
        let count = (block + UInt(blockByteCount)).aligned(up: Unit.osPage).offset(from: start) / Unit.osPage
        return (start, count, VirtualMemory.residentPages(start, count: count))
    }

    /// Calls `body` with each stretch of the first `byteCount` bytes of a block whose OS pages are alike: in memory or not.
    /// - Returns: true if all of the block is in memory; nil if `body` gave up by false.
    private func forStretches(_ block: Address, _ byteCount: UInt, _ body: (Address, UInt, Bool) -> Bool) -> Bool? {
        let pages = residentPages(block)
        let all: UInt64 = pages.count >= 64 ? ~0 : (1 << UInt64(pages.count)) - 1
        let end = (block + byteCount).bits
        var index: UInt64 = 0
        while index < UInt64(pages.count) {
            let rest = pages.set >> index
            let isResident = rest & 1 != 0
            let alike = UInt64((isResident ? ~rest : rest).trailingZeroBitCount)
            let next = Swift.min(index + alike, UInt64(pages.count))
            let from = Swift.max(block.bits, (pages.start + UInt(index) * Unit.osPage).bits)
            let to = Swift.min(end, (pages.start + UInt(next) * Unit.osPage).bits)
            if from < to, !body(Address(from), to - from, isResident) { return nil }
            index = next
        }
        return pages.set & all == all
    }

    /// Zeroes the first bytes of a block that nobody uses any more. Any thread. What is not in memory may be in swap: then the
    /// kernel forgets it.
    func zeroSparsely(_ number: UInt32, at block: Address, _ byteCount: UInt) {
        if isWhole(number) {
            unsafe block.zero(byteCount: byteCount)
            return
        }
        let isWhole = forStretches(block, byteCount) { start, length, isResident in
            let first = start.aligned(up: Unit.osPage)
            let end = (start + length).aligned(down: Unit.osPage)
            guard !isResident, first.bits < end.bits, VirtualMemory.purge(first, byteCount: end.offset(from: first))
            else {
                Self.zeroWhereNeeded(start, length)
                return true
            }
            // The ends of OS pages that the block shares.
            unsafe start.zero(byteCount: first.offset(from: start))
            unsafe end.zero(byteCount: (start + length).offset(from: end))
            return true
        }
        if isWhole == true { noteWhole(number) }
    }

    /// Zeroes a stretch, but for OS pages that are zero already: where a program only read, the kernel's one page of zeros
    /// is mapped, and a write would fault in another.
    private static func zeroWhereNeeded(_ start: Address, _ byteCount: UInt) {
        let end = start + byteCount
        var at = start
        while at.bits < end.bits {
            let next = Swift.min((at + Unit.osPage).bits.aligned(down: Unit.osPage), end.bits)
            let blocks = (next - at.bits).aligned(down: Unit.block)
            if blocks != 0, unsafe !at.isZeroBlock(byteCount: blocks) { unsafe at.zero(byteCount: blocks) }
            unsafe (at + blocks).zero(byteCount: next - at.bits - blocks)
            at = Address(next)
        }
    }

    /// True if a block is zero. The owner.
    func isZeroSparsely(_ number: UInt32, at block: Address) -> Bool {
        let size = UInt(blockByteCount)
        if isWhole(number) { return unsafe block.isZeroBlock(byteCount: size) }
        // Stretches begin at a multiple of 16, as blocks do.
        let isWhole = forStretches(block, size) { start, length, isResident in
            unsafe !isResident || start.isZeroBlock(byteCount: length)
        }
        guard let isWhole else { return false }
        if isWhole { noteWhole(number) }
        return true
    }
}
