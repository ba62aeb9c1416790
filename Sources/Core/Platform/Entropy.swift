// Random numbers: seeds from the kernel, then ChaCha20 (RFC 8439's block function, 64-bit counter), buffered.
// Each heap has a generator of its own, so that drawing takes no lock.

import CBulwark

/// A stream of unpredictable words. Must be seeded before use; a zero-initialised one says so.
struct RandomGenerator {
    private var key = InlineArray<8, UInt32>(repeating: 0)
    private var buffer = InlineArray<8, UInt64>(repeating: 0)
    private var counter: UInt64 = 0
    /// The words of `buffer` that are still unused.
    private var available = 0
    private(set) var isSeeded = false
    /// Four blocks of the stream of `nextBytes`, and how many of them are still unused.
    private var batch = ChaChaBatch()
    private var batchAvailable = 0

    init() {}

    /// Draws a key from the kernel (`getrandom(2)`, without waiting). Where the kernel has none, early at boot or
    /// in a sandbox, a key is mixed from the clock, the address space's layout and the thread.
    mutating func seed(salt: UInt) {
        var bytes = InlineArray<4, UInt64>(repeating: 0)
        let count = unsafe withUnsafeMutableBytes(of: &bytes) { unsafe bw_os_random($0.baseAddress!, 32) }
        if count != 32 {
            var state = UInt64(bw_os_cycles()) ^ UInt64(salt).byteSwapped ^ bw_os_milliseconds()
            for i in 0..<4 {
                // SplitMix64's finaliser, for diffusion only.
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                bytes[i] = (mixed ^ (mixed >> 31)) ^ UInt64(bw_os_cycles())
            }
        }
        for i in 0..<4 {
            key[2 * i] = UInt32(truncatingIfNeeded: bytes[i])
            key[2 * i + 1] = UInt32(truncatingIfNeeded: bytes[i] >> 32)
        }
        counter = 0
        available = 0
        batchAvailable = 0
        isSeeded = true
    }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        if available == 0 { refill() }
        available -= 1
        defer { buffer[available] = 0 }  // a leak later shows nothing of what was drawn
        return buffer[available]
    }

    /// 64 bytes of a stream apart from `next`'s: ChaCha8, as in J.-P. Aumasson, "Too Much Crypto" (2020). Four blocks are
    /// drawn at once, which takes hardly longer than one.
    mutating func nextBytes() -> InlineArray<8, UInt64> {
        if batchAvailable == 0 {
            batch = ChaChaBatch(key, counter: counter, doubleRounds: 4)
            counter &+= 4
            batchAvailable = 4
        }
        batchAvailable &-= 1
        return batch.quarter(batchAvailable)
    }

    private mutating func refill() {
        buffer = draw(doubleRounds: 10)
        available = 8
    }

    private mutating func draw(doubleRounds: Int) -> InlineArray<8, UInt64> {
        let a = SIMD4<UInt32>(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574)
        let b = SIMD4<UInt32>(key[0], key[1], key[2], key[3])
        let c = SIMD4<UInt32>(key[4], key[5], key[6], key[7])
        let low = UInt32(truncatingIfNeeded: counter)
        let high = UInt32(truncatingIfNeeded: counter >> 32)
        let d = SIMD4<UInt32>(low, high, 0, 0)
        let (w, x, y, z) = chaChaBlock(a, b, c, d, doubleRounds: doubleRounds)
        counter &+= 1
        return [
            word(w[0], w[1]), word(w[2], w[3]), word(x[0], x[1]), word(x[2], x[3]),
            word(y[0], y[1]), word(y[2], y[3]), word(z[0], z[1]), word(z[2], z[3]),
        ]
    }

    @inline(__always) private func word(_ low: UInt32, _ high: UInt32) -> UInt64 {
        UInt64(low) | UInt64(high) << 32
    }
}

@inline(__always) private func rotate(_ row: SIMD4<UInt32>, _ count: UInt32) -> SIMD4<UInt32> {
    (row &<< SIMD4(repeating: count)) | (row &>> SIMD4(repeating: 32 - count))
}

/// Four quarter rounds at once, one in each lane. Wrapping additions are the cipher's own.
@inline(__always) func quarterRounds(
    _ a: inout SIMD4<UInt32>, _ b: inout SIMD4<UInt32>, _ c: inout SIMD4<UInt32>, _ d: inout SIMD4<UInt32>
) {
    a = a &+ b
    d = rotate(d ^ a, 16)
    c = c &+ d
    b = rotate(b ^ c, 12)
    a = a &+ b
    d = rotate(d ^ a, 8)
    c = c &+ d
    b = rotate(b ^ c, 7)
}

/// ChaCha's block function on a state of four rows (RFC 8439, 2.3).
/// - Parameter doubleRounds: 10 for ChaCha20.
func chaChaBlock(
    _ a0: SIMD4<UInt32>, _ b0: SIMD4<UInt32>, _ c0: SIMD4<UInt32>, _ d0: SIMD4<UInt32>, doubleRounds: Int = 10
) -> (SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>) {
    var (a, b, c, d) = (a0, b0, c0, d0)
    for _ in 0..<doubleRounds {
        quarterRounds(&a, &b, &c, &d)
        b = SIMD4(b[1], b[2], b[3], b[0])
        c = SIMD4(c[2], c[3], c[0], c[1])
        d = SIMD4(d[3], d[0], d[1], d[2])
        quarterRounds(&a, &b, &c, &d)
        b = SIMD4(b[3], b[0], b[1], b[2])
        c = SIMD4(c[2], c[3], c[0], c[1])
        d = SIMD4(d[1], d[2], d[3], d[0])
    }
    return (a &+ a0, b &+ b0, c &+ c0, d &+ d0)
}
