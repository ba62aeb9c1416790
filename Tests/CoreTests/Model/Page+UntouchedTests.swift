// Blocks that were never handed out: each comes once, and the chances are even.

import Testing

@Suite struct PageUntouchedTests {
    /// Every chunk of pages of every class, to the last, shorter one.
    @Test func everyBlockOnce() {
        guard Variant.usesMagazines else { return }
        let allocator = TestAllocator.make()
        var random = TestRandom(stream: 130)
        for sizeClass in SizeClass.all {
            let (page, _) = TestAllocator.page(allocator, sizeClass)
            var seen: Set<UInt32> = []
            while page.madeCount < page.blockCount {
                let first = page.madeCount
                page.pointee.openChunk()
                let count = min(64, page.blockCount - first)
                verify(page.madeCount == first + count)
                verify(page.pointee.untouched.nonzeroBitCount == Int(count))
                for number in first + 1...first + count { verify(page.pointee.isUntouched(number)) }
                while page.pointee.untouched != 0 {
                    let number = page.pointee.takeUntouched(UInt32(random.below(64)))
                    verify(number > first && number <= page.madeCount && seen.insert(number).inserted)
                    verify(!page.pointee.isUntouched(number))
                }
            }
            verify(seen.count == Int(page.blockCount))
            verify(page.pointee.hasOneChunk == (page.blockCount <= 64))
        }
    }

    /// From a full chunk each turn takes its own block; from a part of one, the next that is there, going round.
    @Test func everyTurn() {
        guard Variant.usesMagazines else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 64))
        page.pointee.openChunk()
        for turn in UInt32(0)..<64 {
            for set in [~0, 1, 1 << 63, 0x8000_0000_0000_0001, 0x00F0_0000_0F00_0000, 0xAAAA_AAAA_AAAA_AAAA]
                as [UInt64]
            {
                page.pointee.untouched = set
                let number = page.pointee.takeUntouched(turn)
                let expected = (0..<64).map { (turn + $0) % 64 }.first { set >> UInt64($0) & 1 != 0 }
                verify(number - 1 == expected)
                verify(page.pointee.untouched == set & ~(1 << UInt64(number - 1)))
            }
        }
    }

    @Test func givenBack() {
        guard Variant.usesMagazines else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 100_000))
        page.pointee.openChunk()
        let all = page.pointee.untouched
        var numbers: [UInt32] = []
        while page.pointee.untouched != 0 { numbers.append(page.pointee.takeUntouched(17)) }
        for number in numbers {
            page.pointee.returnUntouched(number)
            verify(page.pointee.isUntouched(number))
        }
        verify(page.pointee.untouched == all)
        page.pointee.forgetUntouched(numbers[0])
        verify(page.pointee.untouched == all & ~(1 << UInt64(numbers[0] - 1)))
    }
}
