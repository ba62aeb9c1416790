// Which allocations of a heap are sampled: each with the same chance, though only malloc's slow path is asked.

/// Says how many allocations the fast path may serve before the slow path has to look again: so that it is called just for
/// the one that is to be a sample.
///
/// The gaps between samples are distributed geometrically, as if each allocation were sampled with a probability of
/// 1/rate of its own: whatever the pattern in which a program allocates, no place in it is favoured, its first
/// allocations have their chance, and so have those of a thread that makes few.
struct SampledCountdown {
    /// Allocations before the next sample that the fast path was not given yet.
    private(set) var remaining = UInt.max
    /// The rate that the gap was drawn for; 0: none is sampled.
    private var rate: UInt = 0

    init() {}

    /// True if the allocation that the slow path was called for is to be sampled. Asked once for each, when the fast
    /// path has used up what it was given.
    /// - Parameter rate: one in so many; 0: none.
    @inline(__always) mutating func takeSample(rate: UInt, random: inout RandomGenerator) -> Bool {
        if rate != self.rate { restart(rate, &random) }
        guard remaining == 0 else { return false }
        remaining = Self.gap(rate, &random)
        return true
    }

    @inline(never) private mutating func restart(_ rate: UInt, _ random: inout RandomGenerator) {
        self.rate = rate
        remaining = rate == 0 ? .max : Self.gap(rate, &random)
    }

    /// The number of allocations that may pass now, the one that the slow path was called for included: at most `count`,
    /// and at least 1, since that one was looked at.
    @inline(__always) mutating func grant(_ count: UInt32) -> UInt32 {
        let granted = Swift.min(UInt(count), Swift.max(remaining, 1))
        remaining -= Swift.min(granted, remaining)
        return UInt32(granted)
    }

    /// A number of allocations between two samples: n with probability (1 − 1/rate)ⁿ / rate.
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

    /// −1 / ln(1 − x) for x = 1/rate, by its power series in x: the error is below x⁵/50.
    private static func mean(_ rate: UInt) -> Double {
        let x = 1 / Double(rate)
        return 1 / x - 0.5 - x * (1.0 / 12 + x * (1.0 / 24 + x * (19.0 / 720 + x * (3.0 / 160))))
    }
}
