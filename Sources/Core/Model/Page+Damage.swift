// Which violation it was: called when a check on a block has failed, before anything was changed. Slow; never wrong about
// whether, only about which of two neighbours did it.

extension Page {
    /// A block that should be free, and blank but for its link, is not.
    @inline(never) mutating func reportDamage(_ number: UInt32, at block: Address) {
        if !states.isFree(number) {
            reportDoubleFree(block)
        } else if Variant.zeroOnFree, !isBlank(block) {
            reportWriteAfterFree(block)
            clear(number, at: block, nil)
        }
    }

    /// A live block, which its owner or another thread is about to free or resize, may be damaged: reports what is.
    /// - Parameter isOwner: the calling thread owns the page, and may look at the block in front.
    /// - Returns: the requested size; the block's room if that was lost.
    @inline(never) func examine(_ number: UInt32, at block: Address, isOwner: Bool) -> UInt {
        guard Variant.paddingCanaries else { return UInt(blockByteCount) }
        if isOwner, !isFrontIntact(number, at: block) { reportFront(number, at: block) }
        if let byteCount = intactByteCount(of: block) { return byteCount }
        if !states.isKept(number), !isOwner {
            // Its owner freed it at this instant, and cleared it meanwhile.
            reportDoubleFree(block)
            return 0
        }
        let byteCount = requestedByteCount(of: block)
        Report.violation(
            .overflow, at: block, .block(byteCount: byteCount),
            history: historyBeforeFree(number, at: block, byteCount),
            damage: damagedByte(behind: byteCount, of: block))
        return byteCount
    }

    /// The word in front of a block is wrong: it ends the block in front.
    private func reportFront(_ number: UInt32, at block: Address) {
        let position = block - 8
        let word = unsafe position.loadWord()
        let front = block - UInt(blockByteCount)
        if states.isKept(number - 1) {
            // A write that ran on from the block in front went over its canaries first, or over the seal's first byte; one
            // from this block's side changed the last byte first.
            let difference = word ^ keys.canary(at: position)
            if difference & 0xFF == 0 || endsInCanaries(front) {
                reportUnderflow(number, at: block)
            } else {
                let byteCount = requestedByteCount(of: front)
                Report.violation(
                    .overflow, at: front, .block(byteCount: byteCount),
                    history: history(number - 1, at: front, byteCount),
                    damage: damagedByte(behind: byteCount, of: front))
            }
        } else {
            let blank = blankWord(number - 1)
            if (word ^ blank) >> 56 != 0 {
                reportUnderflow(number, at: block, damagedByte(inFrontOf: block, from: blank))
            } else {
                let byteCount = formerByteCount(number - 1)
                Report.violation(
                    .writeAfterFree, at: front, .block(byteCount: byteCount),
                    history: history(number - 1, at: front, byteCount), damage: damagedByte(ofFree: front))
            }
            unsafe position.storeWord(blank)
        }
    }

    private func reportUnderflow(_ number: UInt32, at block: Address, _ damage: DamagedByte? = nil) {
        let byteCount = requestedByteCount(of: block)
        Report.violation(
            .underflow, at: block, .block(byteCount: byteCount),
            history: historyBeforeFree(number, at: block, byteCount), damage: damage)
    }
}
