// Which byte of a block, or beside it, is the first that is wrong (flag heapChecks). For reports; nil where it may not be said.

extension Page {
    /// Of those behind the requested size of a live block.
    func damagedByte(behind byteCount: UInt, of block: Address) -> DamagedByte? {
        guard Variant.heapChecks, Variant.paddingCanaries else { return nil }
        let end = seal(of: block)
        let canary = keys.canary(at: end)
        let slack = end.offset(from: block + byteCount)
        let filled = Swift.min(slack, Canary.longestFill)
        if let byte = Self.firstDifference(block + byteCount, filled, from: canary) { return byte }
        return Self.firstDifference(end, 8, from: Canary.seal(canary, slack: slack))
    }

    /// Of a free block, which should be blank.
    func damagedByte(ofFree block: Address) -> DamagedByte? {
        guard Variant.heapChecks, Variant.zeroOnFree else { return nil }
        return Self.firstDifference(block, UInt(blockByteCount), from: blank)
    }

    /// Of the word in front of a block, where that ends a free one and should be `blank`.
    func damagedByte(inFrontOf block: Address, from blank: UInt64) -> DamagedByte? {
        guard Variant.heapChecks, Variant.zeroOnFree else { return nil }
        return Self.firstDifference(block - 8, 8, from: blank)
    }

    /// Of those behind the block of a page of one block.
    var damagedByteOfSingle: DamagedByte? {
        guard Variant.heapChecks, Variant.paddingCanaries else { return nil }
        return Self.firstDifference(
            userStart + requestedByteCount, Swift.min(slack, Canary.longestFill), from: keys.canary(at: origin))
    }

    /// The first byte that is not as in a word, repeated.
    private static func firstDifference(_ start: Address, _ byteCount: UInt, from word: UInt64) -> DamagedByte? {
        var at: UInt = 0
        while at < byteCount {
            let expected = UInt8(truncatingIfNeeded: word >> UInt64(at % 8 * 8))
            let found = unsafe (start + at).loadByte()
            if found != expected { return DamagedByte(address: start + at, expected: expected, found: found) }
            at += 1
        }
        return nil
    }
}
