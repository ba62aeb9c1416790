// What stands behind the block of a page of one block (flag paddingCanaries): the same canary as behind smaller ones, up to
// the OS page's end, where the guard begins. The requested size lies in the descriptor.

extension Page {
    /// The requested size of the page's block, from `userStart` on. Wrapping: whoever asks while another thread sets the page up
    /// gets nonsense, which it must find out.
    var requestedByteCount: UInt { byteCount &- slack &- shift }

    /// Notes the requested size and fills what follows. `origin` and `byteCount` must be set; the block begins at `origin`.
    /// - Parameter random: a source of words for the page's keys.
    mutating func sealSingle(_ requested: UInt, random: () -> UInt64) {
        shift = 0
        maker = 0
        if Variant.paddingCanaries { keys = Variant.PageKeys(drawing: random) }
        fillSingle(requested)
    }

    /// The same for a block that has its keys: it was resized.
    mutating func fillSingle(_ requested: UInt) {
        slack = Variant.paddingCanaries ? byteCount - shift - requested : 0
        forEachFillByte { position, byte in
            unsafe position.storeByte(byte)
            return true
        }
    }

    /// True if what follows the block's requested size is as it was.
    var isSingleIntact: Bool {
        forEachFillByte { position, byte in unsafe position.loadByte() == byte }
    }

    /// - Returns: false as soon as `body` does.
    @discardableResult
    private func forEachFillByte(_ body: (Address, UInt8) -> Bool) -> Bool {
        guard Variant.paddingCanaries else { return true }
        let canary = keys.canary(at: origin)
        let start = userStart + requestedByteCount
        var at: UInt = 0
        while at < Swift.min(slack, Canary.longestFill) {
            if !body(start + at, UInt8(truncatingIfNeeded: canary >> UInt64(at % 8 * 8))) { return false }
            at += 1
        }
        return true
    }

    /// Reports an overflow of the block, if there was one.
    func examineSingle() {
        if isSingleIntact { return }
        Report.violation(
            .overflow, at: userStart, .block(byteCount: requestedByteCount),
            history: historyBeforeFree(0, at: userStart, requestedByteCount), damage: damagedByteOfSingle)
    }
}
