// The owner's operations, with Page's equations checked after each.

import Testing

@Suite struct PageBlocksTests {
    @Test func extending() {
        let allocator = TestAllocator.make()
        for byteCount: UInt in [16, 48, 1024, 5000, 128 << 10] {
            let (page, _) = TestAllocator.page(allocator, SizeClass(holding: byteCount))
            var made: [Address] = []
            while page.madeCount < page.blockCount {
                page.extend(by: 7)
                verify(invariants: Invariants.broken(page))
                // Lowest first.
                while let block = page.pop() { made.append(block) }
            }
            page.extend(by: 7)
            let nothing = page.pop()
            verify(nothing == nil && made.count == Int(page.blockCount))
            verify(made.map(\.bits) == made.map(\.bits).sorted())
            for (index, block) in made.enumerated() {
                verify(block == page.pointee.address(of: UInt32(index) + 1))
            }
            verify(invariants: Invariants.broken(page))
        }
    }

    @Test func popLeavesNoLink() {
        let allocator = TestAllocator.make()
        let (page, _) = TestAllocator.page(allocator, SizeClass(holding: 64))
        page.extend(by: 20)
        while let block = page.pop() {
            let word = unsafe block.loadWord()
            if Variant.encodedFreeLists { verify(word == page.pointee.blank) }
        }
    }

    /// localFree is not handed out before `collect`.
    @Test func localFreesWait() throws {
        guard !Variant.usesMagazines else { return }
        let allocator = TestAllocator.make()
        let (page, _) = TestAllocator.page(allocator, SizeClass(holding: 64))
        page.extend(by: 2)
        let (first, second) = (page.pop(), page.pop())
        let block = try require(first)
        _ = try require(second)
        verify(page.takeBackLive(1, at: block))
        page.pointee.takeBack(1, at: block)
        verify(invariants: Invariants.broken(page))
        let early = page.pop()
        verify(early == nil)
        let isCollected = page.pointee.collect()
        verify(isCollected)
        let again = page.pop()
        verify(again == block)
    }

    /// A page and a model, one operation after the other: hand out, free by the owner, free by others, collect,
    /// extend, put aside as full and back.
    @Test(arguments: [16, 80, 640, 8192, 40_000] as [UInt])
    func randomStream(_ byteCount: UInt) {
        let allocator = TestAllocator.make()
        let (page, _) = TestAllocator.page(allocator, SizeClass(holding: byteCount))
        var random = TestRandom(stream: 13 + UInt64(byteCount))
        var live: [Address] = []
        for _ in 0..<Seed.repetitions(1_200) {
            switch random.below(16) {
            case 0..<7:
                if let block = page.pop() {
                    verify(!live.contains(block))
                    live.append(block)
                } else if page.pointee.isFull {
                    page.pointee.becomeAvailable()
                } else if page.pointee.collect() || page.first != 0 {
                    break
                } else if page.madeCount < page.blockCount {
                    page.extend(by: 1 + UInt32(random.below(40)))
                } else {
                    let wasEmpty = page.pointee.sharedState.head == 0
                    verify(page.pointee.becomeFull() == wasEmpty)
                }
            case 7..<11 where !live.isEmpty && !page.pointee.isFull:
                let block = live.remove(at: Int(random.below(UInt(live.count))))
                guard let number = page.pointee.number(ofBlockAt: block) else {
                    verify(false, "no number")
                    return
                }
                verify(page.takeBackLive(number, at: block))
                page.pointee.takeBack(number, at: block)
            case 11..<15 where !live.isEmpty:
                let block = live.remove(at: Int(random.below(UInt(live.count))))
                guard let number = page.pointee.number(ofBlockAt: block) else { return }
                let wantsWake = page.pointee.sharedState.wantsWake
                let result = page.pointee.pushRemotely(number, at: block)
                verify(result == (wantsWake ? .pushedAndMustWake : .pushed))
                if wantsWake {
                    verify(page.pointee.sharedState.isWaking && !page.pointee.sharedState.wantsWake)
                    page.pointee.changeState { $0.isWaking = false }
                    page.pointee.becomeAvailable()
                }
            default:
                if !page.pointee.isFull { _ = page.pointee.collect() }
            }
            verify(invariants: Invariants.broken(page))
            verify(page.pointee.trueUsed >= UInt32(live.count))
        }
        if page.pointee.isFull { page.pointee.becomeAvailable() }
        _ = page.pointee.collect()
        verify(page.pointee.used == UInt32(live.count))
    }

    /// An overwritten link ends the page's list without an allocation from it, and in slow paths with a report.
    @Test func overwrittenLink() throws {
        guard Variant.encodedFreeLists, !Variant.usesMagazines else { return }
        let allocator = TestAllocator.make()
        let (page, _) = TestAllocator.page(allocator, SizeClass(holding: 64))
        page.extend(by: 5)
        let free = page.pointee.free
        unsafe page.pointee.address(of: free).storeWord(0x4141_4141_4141_4141)
        let block = page.pop()
        verify(block == nil && page.pointee.free == free && page.pointee.used == 0)
        verify(!Variant.doubleFreeDetection || !page.pointee.states.isLive(free))
    }
}
