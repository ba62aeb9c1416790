// The free blocks of a page, as refills see them: each comes once, touched ones first, the one freed last not at all.

import Testing

@Suite struct PageAvailableTests {
    private func magazine() throws -> Ref<Magazine> {
        unsafe Ref(at: try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true)))
    }

    private func numbers(_ magazine: Ref<Magazine>) -> [UInt32] {
        (0..<magazine.pointee.count).map { magazine[$0].number }
    }

    /// Every chunk of pages of every class, to the last, shorter one.
    @Test func everyBlockOnce() throws {
        guard Variant.usesMagazines else { return }
        let allocator = TestAllocator.make()
        for sizeClass in SizeClass.all {
            let (page, _) = TestAllocator.page(allocator, sizeClass)
            var seen: Set<UInt32> = []
            while page.pointee.canExtend {
                let first = page.madeCount + 1
                page.pointee.openChunk()
                verify(page.madeCount == min(first / 64 * 64 + 63, page.blockCount))
                while let (chunk, set) = page.pointee.firstUntouched() {
                    let magazine = try magazine()
                    page.pointee.moveUntouched(
                        set, ofChunk: chunk, to: magazine, areUntouched: false, reference: page)
                    verify(magazine.pointee.existing == UInt32(set.nonzeroBitCount))
                    for number in numbers(magazine) {
                        verify(number >= first && number <= page.madeCount && seen.insert(number).inserted)
                    }
                    verify(invariants: Invariants.broken(page, magazine: Array(seen)))
                }
            }
            verify(seen.count == Int(page.blockCount) && page.pointee.trueUsed == page.blockCount)
            verify(page.pointee.touchedCount == page.blockCount)
        }
    }

    /// What magazines give back is taken again, but for what was freed last; what is untouched stays so.
    @Test(arguments: [16, 100, 1000, 5000] as [UInt]) func givenBack(_ byteCount: UInt) throws {
        guard Variant.usesMagazines else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: byteCount))
        page.pointee.openChunk()
        let all = try magazine()
        let (chunk, set) = try require(page.pointee.firstUntouched())
        page.pointee.moveUntouched(set, ofChunk: chunk, to: all, areUntouched: false, reference: page)
        verify(!page.pointee.hasSpareBlocks(1))

        let freed = numbers(all).filter { $0 % 3 == 0 }
        let returned = numbers(all).filter { $0 % 3 == 1 }
        for number in freed {
            verify(page.pointee.states.markLive(number) && page.pointee.states.claimByOwner(number))
            page.pointee.takeBack(number, at: page.pointee.address(of: number))
            verify(page.pointee.lastFreed == number)
            verify(page.pointee.hasSpareBlocks(1) == (number != freed.first))
        }
        for number in returned {
            let isUntouched = number % 2 == 0
            // As when its memory went back to the kernel.
            let block = page.pointee.address(of: number)
            if isUntouched { unsafe block.zero(byteCount: UInt(page.pointee.blockByteCount)) }
            page.pointee.returnFromMagazine(number, isUntouched: isUntouched)
        }

        let again = try magazine()
        page.pointee.moveTouched(to: again, target: 200, turn: 2, reference: page)
        let expected = freed.dropLast() + returned.filter { $0 % 2 != 0 }
        verify(Set(numbers(again)) == Set(expected) && again.pointee.count == UInt32(expected.count))
        verify(page.pointee.firstUntouched()?.set.nonzeroBitCount == returned.count { $0 % 2 == 0 })
        let held = numbers(all).filter { $0 % 3 == 2 } + expected
        verify(invariants: Invariants.broken(page, magazine: held))
    }

    /// What was freed last waits for one refill, and is there for the next.
    @Test func lastFreedWaitsOnce() throws {
        guard Variant.usesMagazines else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 64))
        page.extend(by: 130)
        while page.pop() != nil {}
        for number in [1, 63, 64, 129] as [UInt32] {
            verify(page.takeBackLive(number, at: page.pointee.address(of: number)))
            page.pointee.takeBack(number, at: page.pointee.address(of: number))
            for turn in [5, 5, 5] as [UInt32] {
                let magazine = try magazine()
                verify(!page.pointee.hasSpareBlocks(turn))
                page.pointee.moveTouched(to: magazine, target: 10, turn: turn, reference: page)
                verify(magazine.pointee.count == 0)
            }
            let magazine = try magazine()
            if number % 2 == 0 { verify(page.pointee.hasSpareBlocks(6)) }
            page.pointee.moveTouched(to: magazine, target: 10, turn: 6, reference: page)
            verify(numbers(magazine) == [number])
        }
    }

    /// A refill takes whole chunks until it has enough, and no more.
    @Test func wholeChunks() throws {
        guard Variant.usesMagazines else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 16))
        for _ in 0..<8 {
            page.pointee.openChunk()
            let all = try magazine()
            let (chunk, set) = try require(page.pointee.firstUntouched())
            page.pointee.moveUntouched(set, ofChunk: chunk, to: all, areUntouched: false, reference: page)
            for number in numbers(all) { page.pointee.returnFromMagazine(number, isUntouched: false) }
        }
        for target in UInt32(1)...64 {
            let some = try magazine()
            page.pointee.moveTouched(to: some, target: target, turn: target, reference: page)
            verify(some.pointee.count >= target && some.pointee.count < target + 64)
            for number in numbers(some) { page.pointee.returnFromMagazine(number, isUntouched: false) }
        }
        verify(invariants: Invariants.broken(page))
    }

    /// From a full set each start gives itself; from a part of one, the next that is there, going round.
    @Test func membersOfSets() {
        for start in UInt32(0)..<64 {
            for set in [~0, 1, 1 << 63, 0x8000_0000_0000_0001, 0x00F0_0000_0F00_0000, 0xAAAA_AAAA_AAAA_AAAA]
                as [UInt64]
            {
                let expected = (0..<64).map { (start + $0) % 64 }.first { set >> UInt64($0) & 1 != 0 }
                verify(set.member(after: start) == expected)
            }
        }
    }

    /// A sweep takes what the last one saw free already, and nobody was given since.
    @Test func sweepsPurgeWhatRested() throws {
        guard Variant.usesMagazines, Variant.zeroOnFree else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 100_000))
        page.pointee.openChunk()
        let all = try magazine()
        let (chunk, set) = try require(page.pointee.firstUntouched())
        page.pointee.moveUntouched(set, ofChunk: chunk, to: all, areUntouched: false, reference: page)
        let blocks = numbers(all)
        for number in blocks { page.pointee.returnFromMagazine(number, isUntouched: false) }
        verify(page.pointee.purgeAvailable(isSweep: true) == 0)
        let some = try magazine()
        page.pointee.moveTouched(to: some, target: 1, turn: 1, reference: page)
        for number in numbers(some) { page.pointee.returnFromMagazine(number, isUntouched: false) }
        let used = UInt32(numbers(some).count)
        verify(page.pointee.purgeAvailable(isSweep: true) == UInt32(blocks.count) - used)
        verify(page.pointee.purgeAvailable(isSweep: true) == used)
    }

    @Test func purgedBlocksAreUntouched() throws {
        guard Variant.usesMagazines, Variant.zeroOnFree else { return }
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 100_000))
        page.pointee.openChunk()
        let all = try magazine()
        let (chunk, set) = try require(page.pointee.firstUntouched())
        page.pointee.moveUntouched(set, ofChunk: chunk, to: all, areUntouched: false, reference: page)
        for number in numbers(all) {
            unsafe (page.pointee.address(of: number) + 50_000).storeWord(0)
            page.pointee.returnFromMagazine(number, isUntouched: false)
        }
        verify(page.pointee.touchedCount == page.madeCount)
        verify(page.pointee.purgeAvailable() == page.madeCount && page.pointee.purgeAvailable() == 0)
        verify(page.pointee.touchedCount == 0)
        for number in numbers(all) {
            verify(!VirtualMemory.isAnyResident(page.pointee.address(of: number) + 8192, byteCount: 65_536))
        }
    }
}
