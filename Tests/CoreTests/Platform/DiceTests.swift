// Dice: every byte once, in order, and fair enough.

import Testing

@Suite struct DiceTests {
    private func generator() -> RandomGenerator {
        var random = RandomGenerator()
        random.seed(salt: 7)
        return random
    }

    @Test func bytesOfOneDraw() {
        for count in UInt32(1)...Dice.capacity {
            var random = generator()
            var twin = random
            var dice = Dice()
            verify(dice.count == 0)
            dice.refill(count, from: &random)
            let words = twin.nextBytes()
            for place in stride(from: Int(count) - 1, through: 0, by: -1) {
                verify(dice.count == UInt32(place) + 1)
                let byte = UInt8(truncatingIfNeeded: words[place / 8] >> UInt64(place % 8 * 8))
                verify(dice.top == byte && dice.top == byte, "byte \(place) of \(count)")
                dice.drop()
            }
            verify(dice.count == 0)
        }
    }

    @Test func forgetting() {
        var random = generator()
        var dice = Dice()
        dice.refill(20, from: &random)
        dice.forget()
        verify(dice.count == 0)
    }

    /// Of the 256 bytes at most ⌈256 / bound⌉ give the same number: by enumeration of the rule that `roll` states.
    @Test func chances() {
        for bound in 1...256 {
            var counts = [Int](repeating: 0, count: bound)
            for byte in 0..<256 { counts[(byte * bound) >> 8] += 1 }
            verify(counts.max()! <= (256 + bound - 1) / bound && counts.min()! >= 1)
        }
    }

    /// 64 · bound rolls: each number comes, but with probability bound · (1 − 1/(2·bound))^(64·bound) < 64 · e⁻³² ≈ 10⁻¹².
    @Test(arguments: [1, 2, 3, 17, 33, 63, 64] as [UInt32])
    func rollsEveryNumber(_ bound: UInt32) {
        var random = generator()
        var dice = Dice()
        var seen: Set<UInt32> = []
        for _ in 0..<64 * bound {
            let before = dice.count
            let number = dice.roll(bound, &random)
            verify(number < bound && dice.count == (before == 0 ? Dice.capacity : before) - 1)
            seen.insert(number)
        }
        verify(seen.count == Int(bound))
    }
}
