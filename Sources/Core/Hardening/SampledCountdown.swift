// Which allocations of a heap are sampled: each with the same chance, though only malloc's slow path is asked.

/// Counts a heap's blocks as the slow path hands them out by the dozen, and cuts a batch short before the block that is
/// to be a sample: so that the next slow path of its class comes just then.
///
/// The gaps between samples are distributed geometrically, as if each block were sampled with probability 1/rate of
/// its own: whatever the pattern in which a program allocates, no place in it is favoured, its first allocations are
/// not, and a heap that inherits another's count inherits no bias.
struct SampledCountdown {
    /// Blocks that may be handed out before the next sample.
    private(set) var remaining = UInt.max
    /// The rate that the gap was drawn for; 0: none is sampled.
    private var rate: UInt = 0
    /// By class: the batch ended before a sample.
    private var isDue: (UInt64, UInt64) = (0, 0)

    init() {}

    /// True if the allocation that called a class's slow path is to be sampled; asked once for each call.
    /// - Parameter rate: one in so many; 0 none.
    @inline(__always) mutating func takeSample(
        _ sizeClass: UInt8, rate: UInt, random: inout RandomGenerator
    ) -> Bool {
        if rate != self.rate { restart(rate, &random) }
        guard remaining == 0 || (isDue.0 | isDue.1) != 0 else { return false }
        return takeDueSample(sizeClass, &random)
    }

    private mutating func restart(_ rate: UInt, _ random: inout RandomGenerator) {
        self.rate = rate
        isDue = (0, 0)
        remaining = rate == 0 ? .max : Self.gap(rate, &random)
    }

    @inline(never) private mutating func takeDueSample(_ sizeClass: UInt8, _ random: inout RandomGenerator) -> Bool {
        let bit: UInt64 = 1 << UInt64(sizeClass & 63)
        if sizeClass < 64 {
            guard isDue.0 & bit == 0 else {
                isDue.0 ^= bit
                return true
            }
        } else {
            guard isDue.1 & bit == 0 else {
                isDue.1 ^= bit
                return true
            }
        }
        guard remaining == 0 else { return false }
        remaining = Self.gap(rate, &random)
        return true
    }

    /// The sample that `takeSample` asked for could not be had: the allocation is an ordinary one.
    mutating func sampleFailed() { if remaining != .max { remaining += 1 } }

    /// A class's slow path is about to make blocks available to the fast path.
    /// - Parameter count: their number; at least 1.
    /// - Returns: how many of them may be; the rest waits for the next slow path.
    @inline(__always) mutating func grant(_ count: UInt, _ sizeClass: UInt8, random: inout RandomGenerator) -> UInt {
        guard count > remaining else {
            remaining -= count
            return count
        }
        return cut(sizeClass, &random)
    }

    @inline(never) private mutating func cut(_ sizeClass: UInt8, _ random: inout RandomGenerator) -> UInt {
        let granted = remaining
        if sizeClass < 64 { isDue.0 |= 1 << UInt64(sizeClass) } else { isDue.1 |= 1 << UInt64(sizeClass & 63) }
        remaining = Self.gap(rate, &random)
        return granted
    }

    /// A number of blocks between two samples: n with probability (1 − 1/rate)ⁿ / rate.
    ///
    /// The whole part of an exponentially distributed number, drawn without a logarithm (J. von Neumann, "Various
    /// techniques used in connection with random digits", 1951): the first of a falling run of uniform numbers, if
    /// the run's length is odd; the number of runs of even length before it is the whole part.
    static func gap(_ rate: UInt, _ random: inout RandomGenerator) -> UInt {
        guard rate > 1 else { return 0 }
        var whole = 0.0
        while true {
            let first = random.next()
            var last = first
            var isOdd = true
            while true {
                let next = random.next()
                if next >= last { break }
                last = next
                isOdd.toggle()
            }
            if isOdd { return UInt((whole + Double(first >> 11) * 0x1p-53) * mean(rate)) }
            whole += 1
        }
    }

    /// −1 / ln(1 − x) for x = 1/rate, by its power series in x: the error is below x⁵/100.
    private static func mean(_ rate: UInt) -> Double {
        let x = 1 / Double(rate)
        return 1 / x - 0.5 - x * (1.0 / 12 + x * (1.0 / 24 + x * (19.0 / 720 + x * (3.0 / 160))))
    }
}
