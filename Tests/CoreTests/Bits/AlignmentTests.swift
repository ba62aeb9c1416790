// Powers of two.

import Testing

@Suite struct AlignmentTests {
    @Test func powersOfTwo() {
        let powers = Set((0..<64).map { UInt(1) << $0 })
        for power in powers {
            verify(power.isPowerOfTwo)
            verify(power.roundedUpToPowerOfTwo == power)
            verify((power &- 1).isPowerOfTwo == powers.contains(power &- 1))
            verify((power &+ 1).isPowerOfTwo == powers.contains(power &+ 1))
            if power > 2 { verify((power - 1).roundedUpToPowerOfTwo == power) }
            if power < 1 << 63 { verify((power + 1).roundedUpToPowerOfTwo == power * 2) }
        }
        verify(!UInt(0).isPowerOfTwo)
    }

    @Test func rounding() {
        var random = TestRandom(stream: 1)
        for _ in 0..<10_000 {
            let alignment: UInt = 1 << random.below(40)
            let number = UInt(random.next() >> 1)
            let (up, down) = (number.aligned(up: alignment), number.aligned(down: alignment))
            verify(up % alignment == 0 && down % alignment == 0)
            verify(down <= number && number <= up)
            verify(up - number < alignment && number - down < alignment)
        }
    }

    @Test func wrapsAtTheEnd() {
        verify(UInt.max.aligned(up: 16) == 0)
        verify((UInt.max - 15).aligned(up: 16) == UInt.max - 15)
    }

    @Test func units() {
        verify(Unit.segment == Unit.slice * Unit.slicesInSegment)
        verify(Unit.slicesInSegment == UInt(SliceSet.wordCount) * 64)
        verify(Unit.slice % Unit.osPage == 0)
        verify(Unit.largestRequest == UInt(Int.max))
    }
}
