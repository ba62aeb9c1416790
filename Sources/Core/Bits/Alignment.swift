// Powers of two. Every alignment in the core is one; callers' are checked in Exports.

extension UInt {
    /// True for 1, 2, 4, 8 …; false for 0.
    @inline(__always) var isPowerOfTwo: Bool { self != 0 && self & (self &- 1) == 0 }

    /// The next multiple of `alignment`, a power of two. Wraps to 0 within `alignment` of the end of the range:
    /// callers limit sizes to PTRDIFF_MAX first.
    @inline(__always) func aligned(up alignment: UInt) -> UInt { (self &+ (alignment &- 1)) & ~(alignment &- 1) }
    @inline(__always) func aligned(down alignment: UInt) -> UInt { self & ~(alignment &- 1) }

    /// The least power of two that is not below the number, which is in 1 … 2⁶³.
    var roundedUpToPowerOfTwo: UInt { self <= 1 ? 1 : 1 << UInt(UInt.bitWidth &- (self &- 1).leadingZeroBitCount) }
}

/// The sizes that everything else is made of, in bytes.
enum Unit {
    /// The kernel's page ("OS page"; "page" is ours).
    static var osPage: UInt { 4096 }
    /// What pages are runs of, and what the page map tells apart.
    static var slice: UInt { 1 << 16 }
    /// The aligned regions that slices are cut from.
    static var segment: UInt { 1 << 25 }
    static var slicesInSegment: UInt { segment / slice }
    /// malloc's alignment on x86-64.
    static var block: UInt { 16 }
    /// Nothing larger is handed out: a difference of two pointers into a block must fit in ptrdiff_t.
    static var largestRequest: UInt { UInt(Int.max) }
}

extension UInt64 {
    /// The first member, counted from `start` and round, of a set of the numbers 0 … 63 that is not empty.
    func member(after start: UInt32) -> UInt32 {
        let turned = self >> UInt64(start) | self << UInt64(64 - start)
        return (UInt32(truncatingIfNeeded: turned.trailingZeroBitCount) + start) % 64
    }
}
