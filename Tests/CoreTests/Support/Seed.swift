// Where random tests get their numbers: a fixed seed, or BULWARK_SEED's, so that a failure can be had again.

import Glibc

enum Seed {
    /// BULWARK_SEED, or a fixed default.
    static let value: UInt64 = {
        guard let text = unsafe getenv("BULWARK_SEED") else { return 20_250_601 }
        return unsafe UInt64(String(cString: text)) ?? 20_250_601
    }()

    /// How often a random test repeats: `count`, or a fifth of it where BULWARK_QUICK is set.
    static func repetitions(_ count: Int) -> Int {
        unsafe getenv("BULWARK_QUICK") == nil ? count : Swift.max(1, count / 5)
    }
}

/// A reproducible stream (SplitMix64). Each test gives its own `stream`, so that tests do not depend on each other.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(stream: UInt64) { state = Seed.value &* 0x2545_F491_4F6C_DD1D &+ stream }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: UInt) -> UInt { UInt(next() % UInt64(bound)) }
    mutating func isOne(in count: UInt) -> Bool { below(count) == 0 }

    /// A request's size: mostly small, sometimes around a limit, seldom large.
    mutating func byteCount() -> UInt {
        switch below(100) {
        case 0..<70: below(1024)
        case 70..<90: below(SizeClass.largestByteCount + 2)
        case 90..<97: (1 << (4 + below(17))) - 1 + below(3)
        default: below(2 << 20)
        }
    }
}
