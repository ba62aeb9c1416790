// The sizes that small and medium blocks come in.

/// One of 88 block sizes from 16 bytes to 128 KiB: multiples of 16 up to 128, then eight steps to each doubling.
///
/// (1) 16 | blockByteCount. (2) A request of n > 64 bytes, rounded up to a multiple of 16 as malloc's alignment
/// demands, wastes at most 12.5 % of its block. (3) The class of a request is the least whose blocks hold it.
struct SizeClass: Equatable {
    /// 0 ..< 88.
    let index: UInt8

    static var count: Int { 88 }
    /// Requests above this are large: they get a page of their own.
    static var largestByteCount: UInt { 128 << 10 }
    /// Requests up to this find their page by a table in the heap, without computing a class.
    static var largestDirectByteCount: UInt { 2048 }

    @inline(__always) init(index: UInt8) { self.index = index }

    /// - Parameter byteCount: 0 … `largestByteCount`; 0 counts as 1.
    @inline(__always) init(holding byteCount: UInt) {
        let last = byteCount == 0 ? 0 : byteCount &- 1
        if last < 128 {
            index = UInt8(truncatingIfNeeded: last &>> 4)
        } else {
            // last is in [2^e, 2^(e+1)), e ≥ 7; the three bits below the leading one choose the step.
            let e = UInt(63 &- last.leadingZeroBitCount)
            index = UInt8(truncatingIfNeeded: 8 &+ ((e &- 7) &<< 3) &+ ((last &>> (e &- 3)) & 7))
        }
    }

    /// The size in bytes of the class's blocks.
    var blockByteCount: UInt {
        if index < 8 { return (UInt(index) + 1) * 16 }
        let e = UInt(index - 8) / 8 + 7
        return (UInt(index) % 8 + 9) << (e - 3)
    }

    /// The slices of a page of this class: one for small blocks (≤ 8 KiB); for medium ones enough for at least
    /// six blocks between guards. Where blocks are handed out at random, enough for 48, so that a page's next block
    /// is any of many; it is address space, and memory only as blocks are used.
    var sliceCount: UInt {
        if Variant.randomizedFreeLists {
            return Swift.max(1, (48 * blockByteCount + 2 * Arena.guardByteCount).aligned(up: Unit.slice) / Unit.slice)
        }
        switch blockByteCount {
        case ...(8 << 10): return 1
        case ...(32 << 10): return 4
        case ...(64 << 10): return 8
        default: return 16
        }
    }

    /// 64 blocks are two or three OS pages: not worth a choice of which to touch first.
    var isDense: Bool { blockByteCount <= 128 }

    /// Blocks of this class are worth a system call: those that stay free give their memory back, and untouched ones are not
    /// touched to see whether they are zero.
    var isSparse: Bool { blockByteCount >= 16 << 10 }

    /// The least class whose blocks hold `byteCount` and lie at multiples of `alignment` when the first one does.
    /// - Parameter alignment: a power of two, at most an OS page.
    init?(holding byteCount: UInt, alignment: UInt) {
        guard byteCount <= Self.largestByteCount else { return nil }
        let rounded = Swift.max(byteCount, 1).aligned(up: alignment)
        guard rounded <= Self.largestByteCount else { return nil }
        var candidate = SizeClass(holding: rounded)
        // Ends at the latest at the next power of two, which is a class and a multiple of any lesser power.
        while candidate.blockByteCount & (alignment - 1) != 0 { candidate = SizeClass(index: candidate.index + 1) }
        self = candidate
    }
}
