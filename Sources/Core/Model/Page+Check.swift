// A look at all blocks of a page at once, for whoever owns it, or keeps others from owning it.

extension Page {
    /// Reports each live block whose canaries were changed, and each free one that was written to; what is wrong is put right,
    /// so that it is reported once.
    /// - Returns: how many there were.
    mutating func checkBlocks() -> UInt {
        var count: UInt = 0
        var number: UInt32 = 1
        while number <= capacity {
            let block = address(of: number)
            if states.isLive(number) {
                if Variant.paddingCanaries, intactByteCount(of: block) == nil {
                    reportOverflow(number, at: block)
                    count += 1
                }
            } else if Variant.zeroOnFree, states.isTouched(number), !checkFree(number) {
                count += 1
            }
            number += 1
        }
        return count
    }

    /// - Parameter number: of a free block, in nobody's hands.
    /// - Returns: false if it was written to: that is reported, and the block is cleared.
    mutating func checkFree(_ number: UInt32) -> Bool {
        let block = address(of: number)
        let isBlank = sizeClass.isSparse ? isZeroSparsely(number, at: block) : isBlank(block)
        if !isBlank { reportDamage(number, at: block) }
        return isBlank
    }

    private func reportOverflow(_ number: UInt32, at block: Address) {
        let byteCount = requestedByteCount(of: block)
        Report.violation(
            .overflow, at: block, .block(byteCount: byteCount), history: history(number, at: block, byteCount),
            damage: damagedByte(behind: byteCount, of: block))
        // What the seal says may be less than the user has: what is written here must not be his.
        writeCanary(behind: rememberedByteCount(number) ?? roomByteCount, of: block)
    }
}
