// Four ChaCha blocks with successive counters, side by side: each vector holds one word of all four, so that no word has to
// change its lane between rounds, and four chains of dependent steps run at once.

struct ChaChaBatch {
    /// Word i of block b is rows[i][b].
    private var rows: InlineArray<16, SIMD4<UInt32>>

    init() { rows = InlineArray(repeating: SIMD4()) }

    /// - Parameters:
    ///   - key: 256 bits.
    ///   - counter: of the first block; 64 bits, the nonce is 0.
    ///   - doubleRounds: 10 for ChaCha20, 4 for ChaCha8.
    @inline(never) init(_ key: InlineArray<8, UInt32>, counter: UInt64, doubleRounds: Int) {
        typealias Row = SIMD4<UInt32>
        func row(_ word: UInt32) -> SIMD4<UInt32> { SIMD4(repeating: word) }
        let (k0, k1, k2, k3) = (row(key[0]), row(key[1]), row(key[2]), row(key[3]))
        let (k4, k5, k6, k7) = (row(key[4]), row(key[5]), row(key[6]), row(key[7]))
        let (c0, c1, c2, c3) = (row(0x6170_7865), row(0x3320_646e), row(0x7962_2d32), row(0x6b20_6574))
        let counters = SIMD4<UInt64>(repeating: counter) &+ SIMD4(0, 1, 2, 3)
        let low = Row(truncatingIfNeeded: counters)
        let high = Row(truncatingIfNeeded: counters &>> SIMD4(repeating: 32))

        var (x0, x1, x2, x3) = (c0, c1, c2, c3)
        var (x4, x5, x6, x7, x8, x9, x10, x11) = (k0, k1, k2, k3, k4, k5, k6, k7)
        var (x12, x13, x14, x15) = (low, high, Row(), Row())
        for _ in 0..<doubleRounds {
            quarterRounds(&x0, &x4, &x8, &x12)
            quarterRounds(&x1, &x5, &x9, &x13)
            quarterRounds(&x2, &x6, &x10, &x14)
            quarterRounds(&x3, &x7, &x11, &x15)
            quarterRounds(&x0, &x5, &x10, &x15)
            quarterRounds(&x1, &x6, &x11, &x12)
            quarterRounds(&x2, &x7, &x8, &x13)
            quarterRounds(&x3, &x4, &x9, &x14)
        }
        rows = [
            x0 &+ c0, x1 &+ c1, x2 &+ c2, x3 &+ c3, x4 &+ k0, x5 &+ k1, x6 &+ k2, x7 &+ k3,
            x8 &+ k4, x9 &+ k5, x10 &+ k6, x11 &+ k7, x12 &+ low, x13 &+ high, x14, x15,
        ]
    }

    /// The word `index` (0 ..< 16) of block `block` (0 ..< 4).
    func word(_ index: Int, ofBlock block: Int) -> UInt32 { rows[index][block] }

    /// A quarter of the bits: rows 4 · `index` to 4 · `index` + 3, of all four blocks.
    /// (Changes nothing; but what is read through a copy of `self` is copied whole, for each row.)
    mutating func quarter(_ index: Int) -> InlineArray<8, UInt64> {
        let four: InlineArray<4, SIMD4<UInt32>> = [
            rows[4 * index], rows[4 * index + 1], rows[4 * index + 2], rows[4 * index + 3],
        ]
        return unsafe unsafeBitCast(four, to: InlineArray<8, UInt64>.self)
    }
}
