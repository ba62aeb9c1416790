// Seals: every slack comes back, and what was changed does not.

import Testing

@Suite struct CanaryTests {
    private let canaries: [UInt64] = {
        var random = TestRandom(stream: 100)
        let keys = LinkKeys { random.next() }
        return (1...200).map { keys.canary(at: Address(0x7f00_0000_0008 + $0 * 16)) }
    }()

    @Test func firstAndSecondByte() {
        for canary in canaries { verify(canary & 1 == 1 && canary & 0xFF00 == 0) }
        verify(Set(canaries).count == canaries.count)
    }

    @Test func everySlack() {
        for canary in canaries.prefix(20) {
            verify(Canary.seal(canary, slack: 0) == canary)
            for slack in UInt(0)...SizeClass.largestByteCount where slack < 300 || slack % 61 == 0 {
                let seal = Canary.seal(canary, slack: slack)
                verify(Canary.slack(seal, canary) == slack, "\(slack)")
                // The first two bytes are the canary's, whatever the slack.
                verify(seal & 0xFFFF == canary & 0xFFFF)
            }
        }
    }

    /// Any change outside the 17 bits that a slack can have makes it larger than every block; one inside them gives the
    /// slack with just these bits changed.
    @Test func everyChangedBit() {
        for canary in canaries {
            for slack in [0, 1, 8, 72, 1000, SizeClass.largestByteCount - 8] as [UInt] {
                let seal = Canary.seal(canary, slack: slack)
                for bit in 0..<64 as Range<UInt64> {
                    let read = Canary.slack(seal ^ 1 << bit, canary)
                    let isSlacks = (16..<34).contains(bit)
                    verify(isSlacks ? read == slack ^ 1 << UInt(bit - 16) : read > SizeClass.largestByteCount)
                }
            }
        }
    }

    /// Zeros, the neighbour's canary, another page's, random words: not taken for a seal of a 4 KiB block, each with
    /// probability 2⁻⁴⁷ (2¹⁶ words in 2⁶⁴, and 13 bits of slack).
    @Test func wrongWords() {
        var random = TestRandom(stream: 101)
        for (index, canary) in canaries.enumerated() {
            for word in [0, ~0, canaries[(index + 1) % canaries.count], random.next(), 0x4141_4141_4141_4141] {
                verify(Canary.slack(word, canary) > 4096)
            }
        }
    }

    @Test func cost() {
        verify(Canary.byteCount == (Variant.paddingCanaries ? 8 : 0))
        verify(Canary.longestFill == 72 && Canary.longestFill % 8 == 0)
    }
}
