// When samples come: at the rate that was asked for, at no favoured place, and early too. The numbers are the kernel's, so
// each bound is six standard deviations or more: a false alarm in 10⁸ runs.

import Testing

@Suite struct SampledCountdownTests {
    private func makeRandom() -> RandomGenerator {
        var random = RandomGenerator()
        random.seed(salt: 0)
        return random
    }

    /// Plays `count` allocations of a heap, whose fast path is given up to 64 at a time; calls `body` with each sample's
    /// place.
    private func play(
        _ count: Int, rate: UInt, _ countdown: inout SampledCountdown, _ random: inout RandomGenerator,
        _ body: (Int) -> Void
    ) {
        var granted: UInt32 = 0
        for place in 0..<count {
            if granted == 0 {
                if countdown.takeSample(rate: rate, random: &random) {
                    body(place)
                    continue
                }
                granted = countdown.grant(64)
                verify(granted >= 1 && granted <= 64)
            }
            granted -= 1
        }
    }

    /// 300,000 allocations, each sampled with p = 1/rate: 300,000·p samples on average, standard deviation
    /// √(300,000·p·(1 − p)).
    @Test(arguments: [2, 3, 10, 100, 1000] as [UInt])
    func rateIsKept(_ rate: UInt) {
        var (countdown, random) = (SampledCountdown(), makeRandom())
        let count = 300_000
        var samples = 0
        play(count, rate: rate, &countdown, &random) { _ in samples += 1 }
        let p = 1 / Double(rate)
        let deviation = (Double(count) * p * (1 - p)).squareRoot()
        // The power series of the mean gap is off by up to 0.1 % for a rate of 2.
        let tolerance = 6 * deviation + Double(count) * p * (rate == 2 ? 0.001 : 0)
        verify(abs(Double(samples) - Double(count) * p) < tolerance, "\(samples) samples at one in \(rate)")
    }

    @Test func alwaysAndNever() {
        var (countdown, random) = (SampledCountdown(), makeRandom())
        var samples = 0
        play(1000, rate: 1, &countdown, &random) { _ in samples += 1 }
        verify(samples == 1000)
        samples = 0
        play(100_000, rate: 0, &countdown, &random) { _ in samples += 1 }
        verify(samples == 0)
        // On again.
        play(1000, rate: 1, &countdown, &random) { _ in samples += 1 }
        verify(samples >= 1000 - 64)
    }

    /// The first allocations of a heap have the same chance as any: of 40,000 fresh heaps with a rate of 100, each of the
    /// first eight places is sampled in 400 on average, ± 6·√(40,000 · 0.01 · 0.99) = 119.
    @Test func firstAllocationsHaveTheirChance() {
        var random = makeRandom()
        var samples = [Int](repeating: 0, count: 8)
        for _ in 0..<40_000 {
            var countdown = SampledCountdown()
            play(8, rate: 100, &countdown, &random) { samples[$0] += 1 }
        }
        for (place, count) in samples.enumerated() { verify(abs(count - 400) < 119, "place \(place): \(count)") }
    }

    /// A program that allocates in a rhythm of 16, or of 64: no beat is favoured. 800,000 allocations at one in 20 are 40,000
    /// samples, 2,500 a beat ± 6·√2,500 = 300 (625 ± 150).
    @Test(arguments: [16, 64])
    func noPlaceIsFavoured(_ beats: Int) {
        var (countdown, random) = (SampledCountdown(), makeRandom())
        var samples = [Int](repeating: 0, count: beats)
        play(800_000, rate: 20, &countdown, &random) { samples[$0 % beats] += 1 }
        let mean = 40_000 / beats
        let bound = 6 * Double(mean).squareRoot()
        for (beat, count) in samples.enumerated() {
            verify(abs(Double(count - mean)) < bound, "beat \(beat) of \(beats): \(count), not about \(mean)")
        }
    }

    /// Gaps are geometric: P(gap ≥ n) = (1 − p)ⁿ, here for 200,000 gaps at one in 20, and each n within six deviations.
    @Test func gapsAreGeometric() {
        var random = makeRandom()
        let count = 200_000
        let bounds = [1, 2, 5, 10, 20, 40, 80, 160]
        var reached = [Int](repeating: 0, count: bounds.count)
        for _ in 0..<count {
            let gap = SampledCountdown.gap(20, &random)
            for (index, bound) in bounds.enumerated() where gap >= UInt(bound) { reached[index] += 1 }
        }
        for (index, bound) in bounds.enumerated() {
            var p = 1.0
            for _ in 0..<bound { p *= 0.95 }
            let deviation = (Double(count) * p * (1 - p)).squareRoot()
            verify(abs(Double(reached[index]) - Double(count) * p) < 6 * deviation, "gaps of \(bound) and more")
        }
    }

    /// What is granted never reaches past the next sample, and everything is granted in the end.
    @Test func grantsEndBeforeTheSample() {
        var (countdown, random) = (SampledCountdown(), makeRandom())
        for _ in 0..<10_000 {
            if countdown.takeSample(rate: 30, random: &random) { continue }
            let before = countdown.remaining
            let granted = countdown.grant(64)
            verify(
                before >= 1 && UInt(granted) == Swift.min(64, before) && countdown.remaining == before - UInt(granted)
            )
        }
    }
}
