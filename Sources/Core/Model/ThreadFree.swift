// The one word of a page that several threads write: the head of its threadFree list and who may do what with it.

/// The value of a page's `threadFree` word. All changes are compare-and-swaps of the whole word.
///
/// (1) A page with ¬isInUse has no blocks: whoever frees into it frees something already free.
/// (2) isUnowned: no thread owns the page. The swap that clears it makes its thread the owner.
/// (3) A page of one block (large, huge) is unowned all its life: the swap that clears isInUse frees it, so of two
///     frees exactly one succeeds, in every variant.
/// (4) wantsWake: the owner put the page aside as full; the swap that frees into it clears the bit, sets isWaking,
///     and its thread hands the page to the owner's wake list.
/// (5) isWaking: the page is on, or on its way to, some heap's wake list, and `wakeNext` is taken; only who takes
///     it off clears the bit. It outlives retirement. isWaking ⇒ ¬wantsWake.
/// (6) generation grows with each retirement, so a swap that was prepared before fails after; and a free goes into the life of
///     the page that it looked at first, or is refused.
struct ThreadFree: Equatable {
    var bits: UInt64

    @inline(__always) init(bits: UInt64) { self.bits = bits }

    /// The number of the first block on the list; 0: the list is empty.
    var head: UInt32 {
        @inline(__always) get { UInt32(truncatingIfNeeded: bits) }
        @inline(__always) set { bits = bits & ~0xFFFF_FFFF | UInt64(newValue) }
    }

    @inline(__always) private func flag(_ bit: UInt64) -> Bool { bits & (1 << bit) != 0 }
    @inline(__always) private mutating func setFlag(_ bit: UInt64, _ on: Bool) {
        if on { bits |= 1 << bit } else { bits &= ~(1 << bit) }
    }

    var isInUse: Bool {
        @inline(__always) get { flag(32) }
        set { setFlag(32, newValue) }
    }
    var isUnowned: Bool {
        @inline(__always) get { flag(33) }
        set { setFlag(33, newValue) }
    }
    var wantsWake: Bool {
        @inline(__always) get { flag(34) }
        set { setFlag(34, newValue) }
    }
    var isWaking: Bool {
        @inline(__always) get { flag(35) }
        set { setFlag(35, newValue) }
    }
    /// 24 bits; wraps.
    var generation: UInt32 { UInt32(truncatingIfNeeded: bits >> 40) }

    /// The word after retirement: no blocks, the next generation; a wake that is under way stays so.
    var retired: ThreadFree {
        var next = ThreadFree(bits: UInt64(generation &+ 1) << 40)
        next.isWaking = isWaking
        return next
    }
}
