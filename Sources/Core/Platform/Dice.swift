// Random bytes for malloc's fast path: drawn 64 at a time, off it. One heap's own.

/// A cup of random bytes, used from its end. Valid (empty) when zero-initialised.
struct Dice {
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    /// The bytes that are left.
    private(set) var count: UInt32 = 0

    static var capacity: UInt32 { 64 }

    init() {}

    /// The byte that is next, which stays so until `drop`.
    ///
    /// There must be one: `count > 0`.
    var top: UInt8 {
        @inline(__always) get { unsafe bytes[unchecked: Int(count &- 1)] }
    }

    @inline(__always) mutating func drop() { count &-= 1 }

    /// Fills an empty cup.
    /// - Parameter count: how many bytes; 1 … `capacity`.
    @inline(never) mutating func refill(_ count: UInt32, from random: inout RandomGenerator) {
        bytes = unsafe unsafeBitCast(random.nextBytes(), to: InlineArray<64, UInt8>.self)
        self.count = count
    }

    /// Throws away what is left: in the child of a fork it is the parent's too.
    mutating func forget() { count = 0 }

    /// A number below `bound`, which is at most 256; each has a probability of at most ⌈256 / bound⌉ / 256.
    mutating func roll(_ bound: UInt32, _ random: inout RandomGenerator) -> UInt32 {
        if count == 0 { refill(Self.capacity, from: &random) }
        let value = (UInt32(top) &* bound) &>> 8
        drop()
        return value
    }
}
