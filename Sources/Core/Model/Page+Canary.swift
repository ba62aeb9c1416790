// Canaries and zeros (flags paddingCanaries, zeroOnFree): what a page does to a block as it is handed out and as it comes
// back.
//
// A block's seal and canaries are written by its page's owner alone. Another thread's free claims the block first, then
// looks at them and zeroes the user's bytes; the owner clears the rest when it takes the block over. So the owner may look
// at the seal of the block in front whenever its live bit is set, which only the owner writes too.

import Synchronization

extension Page {
    /// The address of a block's seal.
    @inline(__always) func seal(of block: Address) -> Address { block + UInt(blockByteCount) - 8 }

    /// Hands a block that was on a list out: looks at its state, marks it live, writes its canary.
    /// - Parameter byteCount: the requested size, at most `roomByteCount`.
    /// - Returns: false if the block is not free: then nothing has changed.
    @inline(__always) func handOut(_ number: UInt32, at block: Address, _ byteCount: UInt) -> Bool {
        guard states.markLive(number) else { return false }
        if Variant.encodedFreeLists { unsafe block.storeWord(0) }  // the user learns no link
        if Variant.paddingCanaries { writeCanary(behind: byteCount, of: block) }
        return true
    }

    /// How the check of a block ended, by a fast path.
    enum Check {
        case passed
        /// It is not what it should be, live or free: nothing has changed.
        case wrongState
        /// Its state has changed, but its bytes, or those in front of it, are not what they should be.
        case damaged
    }

    /// Hands a block that was in a magazine out: looks at its state and its zeros, marks it live, writes its canary. The
    /// state first, so that nothing of it has to be kept at hand: in the child of a fork that finds a block without its
    /// canary, `rebuild` writes one.
    /// - Parameter isZero: nobody looks for zeros.
    @inline(__always) func handOutFromMagazine(
        _ number: UInt32, at block: Address, _ byteCount: UInt, isZero: Bool = false
    ) -> Check {
        guard states.markLive(number) else { return .wrongState }
        if Variant.zeroOnFree, !isZero, !isBlank(block) { return .damaged }
        if Variant.paddingCanaries { writeCanary(behind: byteCount, of: block) }
        return .passed
    }

    /// The owner claims a live block of at most 2 KiB: looks at its state, its canary and the word in front of it, and
    /// zeroes it. A fork in between leaves a block that is free, and is cleared by whoever takes its page over.
    /// - Parameter requested: with canaries, the size that it must have been requested with; nil: any.
    @inline(__always) func claim(_ number: UInt32, at block: Address, requested: UInt? = nil) -> Check {
        guard states.claimByOwner(number) else { return .wrongState }
        if Variant.paddingCanaries {
            guard let byteCount = intactByteCount(of: block), requested == nil || requested == byteCount,
                isFrontIntact(number, at: block)
            else { return .damaged }
        }
        if Variant.zeroOnFree { unsafe block.blankBlock(byteCount: UInt(blockByteCount), with: blank) }
        return .passed
    }

    @inline(__always) func writeCanary(behind byteCount: UInt, of block: Address) {
        let end = seal(of: block)
        let canary = keys.canary(at: end)
        let start = block + byteCount
        let slack = end.offset(from: start)
        // Whole words: the last one's rest is in the seal, which comes after, or in slack that nothing else is in.
        if slack > 8 {
            unsafe start.fill(byteCount: Swift.min(slack, Canary.longestFill), with: canary)
        } else {
            unsafe start.storeUnalignedWord(canary)
        }
        unsafe end.storeWord(Canary.seal(canary, slack: slack))
    }

    /// The requested size of a live block; nil if its seal or a canary byte was changed.
    @inline(__always) func intactByteCount(of block: Address) -> UInt? {
        let end = seal(of: block)
        let canary = keys.canary(at: end)
        let slack = Canary.slack(unsafe end.loadWord(), canary)
        let most = UInt(blockByteCount) &- 8
        guard slack <= most else { return nil }
        let start = end - slack
        if slack > 8 {
            let byteCount = Swift.min(slack, Canary.longestFill)
            guard unsafe start.isFilled(byteCount: byteCount, with: canary) else { return nil }
        } else {
            // The first `slack` bytes; the others of that word are the seal's. Two shifts: one could not be by 64.
            let half = (8 &- UInt64(slack)) &* 4
            let changed = (unsafe start.loadUnalignedWord()) ^ canary
            guard (changed &<< half) &<< half == 0 else { return nil }
        }
        return most &- slack
    }

    /// The requested size that a live block's seal tells; nil if it was changed. The owner may ask it of any block whose
    /// live bit is set, other threads of blocks that they may use, or have claimed.
    @inline(__always) func sealedByteCount(of block: Address) -> UInt? {
        let end = seal(of: block)
        let slack = Canary.slack(unsafe end.loadWord(), keys.canary(at: end))
        let most = UInt(blockByteCount) &- 8
        return slack <= most ? most &- slack : nil
    }

    /// What is left to know of a requested size when the seal was changed: it, if it is remembered elsewhere or if only the
    /// seal's first bytes were.
    func guessedByteCount(of block: Address) -> UInt {
        if let number = sharedNumber(ofBlockAt: block), let byteCount = rememberedByteCount(number) {
            return byteCount
        }
        let end = seal(of: block)
        let mixed = unsafe end.loadWord() ^ keys.canary(at: end)
        let (slack, most) = (UInt(mixed >> 16), UInt(blockByteCount) - 8)
        return slack <= most ? most - slack : most
    }

    /// True if canaries end right in front of a block's seal, whatever the seal says.
    func endsInCanaries(_ block: Address) -> Bool {
        let end = seal(of: block)
        let canary = keys.canary(at: end)
        var length: UInt = 1
        while length <= Canary.longestFill, length <= UInt(blockByteCount) - 8 {
            var at: UInt = 0
            while at < length, unsafe (end - length + at).loadByte() == UInt8(canary >> UInt64(at % 8 * 8) & 0xFF) {
                at += 1
            }
            if at == length { return true }
            length += 1
        }
        return false
    }

    /// True if the word in front of a block is as it should be. The owner only.
    @inline(__always) func isFrontIntact(_ number: UInt32, at block: Address) -> Bool {
        guard Variant.paddingCanaries, Variant.doubleFreeDetection, number > 1 else { return true }
        let front = unsafe (block - 8).loadWord()
        if states.isKept(number &- 1) {
            return Canary.slack(front, keys.canary(at: block - 8)) <= UInt(blockByteCount) &- 8
        }
        return !Variant.zeroOnFree || front == blank || (Variant.fillsFreed && front == blankWord(number &- 1))
    }

    /// The requested size of a live block, for whoever holds it; its room, where that is not kept or was damaged.
    func requestedByteCount(of block: Address) -> UInt {
        guard Variant.paddingCanaries else { return UInt(blockByteCount) }
        return sealedByteCount(of: block) ?? guessedByteCount(of: block)
    }

    /// A live block is resized where it is; the owner only. What it shrinks by is blanked, with the old canaries, so that
    /// nothing but what `clear` knows of is ever written behind the requested size.
    func moveCanary(of block: Address, from old: UInt, to new: UInt) {
        let first = Swift.min(old, new)
        let end = Swift.min(old + Canary.longestFill, UInt(blockByteCount))
        if end > first {
            // The bytes that a growing block gains are the user's, whatever they hold; the canary need not leak there.
            blankBytes(block + first, end - first)
        }
        writeCanary(behind: new, of: block)
    }

    /// Gives a live block that a vanished thread was resizing, and nobody can use, a seal that its neighbours accept.
    func mendSeal(of block: Address) {
        if Variant.paddingCanaries, sealedByteCount(of: block) == nil {
            writeCanary(behind: roomByteCount, of: block)
        }
    }

    /// Blanks what a user, and the canaries, left in a block that is free now. Slow paths, any size. The owner.
    /// - Parameter byteCount: the requested size; nil if it is not known any more.
    mutating func clear(_ number: UInt32, at block: Address, _ byteCount: UInt?) {
        guard Variant.zeroOnFree else { return }
        let size = UInt(blockByteCount)
        if let byteCount, sizeClass.isSparse {
            zeroSparsely(number, at: block, Swift.min(byteCount + Canary.longestFill, size))
            unsafe seal(of: block).storeWord(0)
            return
        }
        guard let byteCount else {
            blankBytes(block, size)
            return
        }
        blankBytes(block, Swift.min(byteCount + Canary.longestFill, size))
        unsafe seal(of: block).storeWord(blank)
    }

    /// The owner takes a block over that another thread freed, and whose user's bytes that thread blanked: the rest.
    /// The first word is the link's.
    func clearPadding(_ number: UInt32, at block: Address) {
        guard Variant.paddingCanaries || Variant.zeroOnFree else { return }
        guard Variant.paddingCanaries else { return }
        let size = UInt(blockByteCount)
        guard let byteCount = sealedByteCount(of: block) else {
            reportWriteAfterFree(block)
            if Variant.zeroOnFree { blankBytes(block + 8, size - 8) }
            return
        }
        guard Variant.zeroOnFree else { return }
        let start = Swift.max(byteCount, 8)
        let end = Swift.min(byteCount + Canary.longestFill, size)
        if end > start { blankBytes(block + start, end - start) }
        unsafe seal(of: block).storeWord(blank)
    }
}
