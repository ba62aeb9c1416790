// What a free block holds (flag zeroOnFree): zeros; with fillPatterns a pattern, so that a zero written to it shows too. Classes
// whose blocks give their memory back one by one hold zeros always: that is what comes back.

extension Page {
    /// Each word of a free block that somebody was given once, or that is in a magazine.
    @inline(__always) var blank: UInt64 {
        Variant.fillsFreed && !sizeClass.isSparse ? FillPattern.word(FillPattern.freed) : 0
    }

    /// The same of any free block: 0 in memory that never served.
    @inline(__always) func blankWord(_ number: UInt32) -> UInt64 {
        Variant.fillsFreed && states.isAvailable(number) && !states.isTouched(number) ? 0 : blank
    }

    /// True if a block is as free left it; blocks that were never handed out are not asked about.
    @inline(__always) func isBlank(_ block: Address) -> Bool {
        unsafe block.isBlankBlock(byteCount: UInt(blockByteCount), with: blank)
    }

    /// Blanks a part of a block. Slow paths.
    func blankBytes(_ start: Address, _ byteCount: UInt) {
        if Variant.fillsFreed {
            unsafe start.fill(byteCount: byteCount, withByte: UInt8(truncatingIfNeeded: blank))
        } else {
            unsafe start.zero(byteCount: byteCount)
        }
    }

    /// Blanks blocks of a chunk that were never handed out, and are about to go to a magazine.
    func blankUntouched(_ set: UInt64, ofChunk chunk: UInt32) {
        var rest = set
        while rest != 0 {
            blankBytes(
                address(of: chunk &* 64 &+ UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)),
                UInt(blockByteCount))
            rest &= rest &- 1
        }
    }
}
