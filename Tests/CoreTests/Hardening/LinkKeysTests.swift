// Encoded links: every number comes back from every position, and nothing else does.

import Testing

@Suite struct LinkKeysTests {
    /// Positions that an attacker would compare: all blocks of a page, and far ones.
    private var positions: [Address] {
        (0..<256).map { Address(0x7f12_3456_0000 + $0 * 16) } + (4..<47).map { Address(1 << $0) }
    }

    private func keys(_ stream: UInt64) -> LinkKeys {
        var random = TestRandom(stream: stream)
        return LinkKeys { random.next() }
    }

    @Test func roundTrip() {
        let keys = keys(4)
        for position in positions {
            for number in UInt32(0)...4095 where number < 70 || number % 61 == 0 || number == 4095 {
                verify(keys.decode(keys.encode(number, at: position), at: position) == UInt64(number))
            }
        }
    }

    @Test func allNumbersAtOnePosition() {
        let keys = keys(5)
        let words = Set((UInt32(0)...4096).map { keys.encode($0, at: Address(0x7f00_0000_1000)) })
        verify(words.count == 4097)
    }

    @Test func padsDiffer() {
        let keys = keys(6)
        let pads = Set(positions.map { keys.encode(0, at: $0) })
        verify(pads.count == positions.count)
        verify(!pads.contains(0))
        // Nor does the difference of two pads depend on the positions' distance alone.
        let differences = (0..<255).map { i in
            keys.encode(0, at: positions[i]) ^ keys.encode(0, at: positions[i + 1])
        }
        verify(Set(differences).count == differences.count)
    }

    /// A random word decodes above any capacity but with probability 2⁻⁵¹: never in 100,000 words (2⁻³⁴).
    @Test func overwrittenWordsDecodeAboveCapacity() {
        let keys = keys(7)
        var random = TestRandom(stream: 8)
        for position in positions.prefix(100) {
            for word in [0, 1, .max, UInt64(position.bits), 0x4141_4141_4141_4141] {
                verify(keys.decode(word, at: position) > 8191, "word \(word)")
            }
            for _ in 0..<Seed.repetitions(200) { verify(keys.decode(random.next(), at: position) > 8191) }
            // A part of a link overwritten: any bit, byte, half.
            let link = keys.encode(17, at: position)
            for bit in 0..<64 { verify(keys.decode(link ^ 1 << UInt64(bit), at: position) > 8191) }
            for byte in 0..<8 { verify(keys.decode(link ^ (0xFF << UInt64(byte * 8)), at: position) > 8191) }
            for half in 0..<2 { verify(keys.decode(link ^ 0x15 << UInt64(half * 32), at: position) > 8191) }
        }
    }

    @Test func linksOfAnotherPositionOrPageAreRefused() {
        let (a, b) = (keys(9), keys(10))
        for i in 0..<100 {
            let link = a.encode(3, at: positions[i])
            verify(a.decode(link, at: positions[i + 1]) > 8191)
            verify(b.decode(link, at: positions[i]) > 8191)
        }
    }

    /// A multiplier of 0 would make every pad 0.
    @Test func zeroKeys() {
        let keys = LinkKeys { 0 }
        verify(keys.encode(0, at: Address(0x7f00_0000_1000)) != 0)
    }

    @Test func plainLinks() {
        let keys = NoKeys { 1 }
        verify(keys.encode(77, at: Address(16)) == 77)
        verify(keys.decode(77, at: Address(32)) == 77)
        verify(MemoryLayout<NoKeys>.size == MemoryLayout<LinkKeys>.size)
    }
}
