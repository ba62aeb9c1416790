// What other threads do to a page: the protocol of threadFree.

import Testing

@Suite struct PageRemoteTests {
    private func fullPage(_ byteCount: UInt = 4096) -> (page: Ref<Page>, blocks: [Address]) {
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: byteCount))
        page.extend(by: page.blockCount)
        var blocks: [Address] = []
        while let block = page.pop() { blocks.append(block) }
        return (page, blocks)
    }

    @Test func pushAndCollect() {
        let (page, blocks) = fullPage()
        for (index, block) in blocks.enumerated() {
            let result = page.pointee.pushRemotely(UInt32(index) + 1, at: block)
            verify(result == .pushed)
            verify(invariants: Invariants.broken(page))
            // Counted as used until the owner collects.
            verify(page.pointee.used == UInt32(blocks.count))
        }
        let isCollected = page.pointee.collect()
        verify(isCollected && page.pointee.used == 0 && page.pointee.sharedState.head == 0)
        verify(invariants: Invariants.broken(page))
    }

    @Test func secondFreeIsRefused() {
        guard Variant.doubleFreeDetection else { return }
        let (page, blocks) = fullPage()
        let first = page.pointee.pushRemotely(1, at: blocks[0])
        let second = page.pointee.pushRemotely(1, at: blocks[0])
        verify(first == .pushed && second == .refused)
        _ = page.pointee.collect()
        let third = page.pointee.pushRemotely(1, at: blocks[0])
        verify(third == .refused)
        let zero = page.pointee.pushRemotely(0, at: page.pointee.origin)
        verify(zero == .refused)
        verify(invariants: Invariants.broken(page))
    }

    /// The owner and another thread freed a block at the same instant, and both were believed: the collection says so.
    @Test func believedTwice() async {
        guard Variant.doubleFreeDetection else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 4096))
            page.extend(by: page.blockCount)
            guard let block = page.pop(), let number = page.pointee.number(ofBlockAt: block) else {
                fatalError("no block")
            }
            _ = page.pointee.pushRemotely(number, at: block)
            // As if the owner's store came after the other thread's look.
            page.pointee.states.revoke(number)
            ReportedLines.expect(.doubleFree, block, .block(byteCount: page.pointee.roomByteCount)) {
                _ = page.pointee.collect()
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 1)
    }

    /// Somebody wrote over the link of a block that waits on threadFree.
    @Test func overwrittenLink() async {
        guard Variant.encodedFreeLists else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 4096))
            page.extend(by: page.blockCount)
            guard let block = page.pop(), let number = page.pointee.number(ofBlockAt: block) else {
                fatalError("no block")
            }
            _ = page.pointee.pushRemotely(number, at: block)
            unsafe block.storeWord(0x4141_4141_4141_4141)
            ReportedLines.expect(.writeAfterFree, block, .block(byteCount: page.pointee.roomByteCount)) {
                _ = page.pointee.collect()
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 1)
    }

    @Test func wakesOnce() {
        let (page, blocks) = fullPage()
        let isFull = page.pointee.becomeFull()
        verify(isFull && page.pointee.trueUsed == UInt32(blocks.count))
        verify(invariants: Invariants.broken(page))
        let results = (0..<3).map { page.pointee.pushRemotely($0 + 1, at: blocks[Int($0)]) }
        verify(results == [.pushedAndMustWake, .pushed, .pushed])
        verify(page.pointee.sharedState.isWaking && !page.pointee.sharedState.wantsWake)
        page.pointee.becomeAvailable()
        _ = page.pointee.collect()
        verify(page.pointee.used == UInt32(blocks.count) - 3)
        // While the wake is under way the page cannot be put aside again: wakeNext is taken.
        while page.pop() != nil {}
        let early = page.pointee.becomeFull()
        verify(!early && !page.pointee.isFull)
        page.pointee.changeState { $0.isWaking = false }
        let late = page.pointee.becomeFull()
        verify(late)
        verify(invariants: Invariants.broken(page))
    }

    @Test func notFullIfABlockCameBack() {
        let (page, blocks) = fullPage()
        _ = page.pointee.pushRemotely(1, at: blocks[0])
        let isFull = page.pointee.becomeFull()
        verify(!isFull && !page.pointee.isFull && page.pointee.used == UInt32(blocks.count))
    }

    @Test func disownAndClaim() {
        let (page, blocks) = fullPage()
        let early = page.pointee.claim()
        verify(!early)
        let didDisown = page.pointee.disown()
        verify(didDisown && page.pointee.sharedState.isUnowned)
        verify(page.pointee.owner.load(ordering: .relaxed) == Page.unowned)
        // The first free owns the page; the next finds it owned.
        let results = (0..<2).map { page.pointee.pushRemotely($0 + 1, at: blocks[Int($0)]) }
        verify(results == [.pushedAndOwned, .pushed])
        let late = page.pointee.claim()
        verify(!late)
        // With a block on threadFree it cannot be given up.
        let refused = page.pointee.disown()
        verify(!refused)
        _ = page.pointee.collect()
        let again = page.pointee.disown()
        let claims = [page.pointee.claim(), page.pointee.claim()]
        verify(again && claims == [true, false])
    }

    @Test func retirement() {
        let (page, blocks) = fullPage()
        for (index, block) in blocks.enumerated() { _ = page.pointee.pushRemotely(UInt32(index) + 1, at: block) }
        let early = page.pointee.retire()
        verify(!early)
        _ = page.pointee.collect()
        let generation = page.pointee.sharedState.generation
        let results = [page.pointee.retire(), page.pointee.retire()]
        verify(results == [true, false] && page.pointee.sharedState.generation == generation + 1)
        let late = page.pointee.pushRemotely(1, at: blocks[0])
        verify(late == .refused && !page.pointee.claim())
    }

    /// A second free that looked at the page before it was retired, and pushes when it is made anew (ThreadFree (6)).
    @Test func staleFreeStaysOutOfTheNextLife() throws {
        let allocator = TestAllocator.make()
        let sizeClass = SizeClass(holding: 4096)
        let (page, start) = TestAllocator.page(allocator, sizeClass)
        page.extend(by: page.blockCount)
        let life = page.pointee.sharedState
        let didRetire = page.pointee.retire()
        verify(didRetire)
        let segment = try require(page.pointee.segment)
        let states = Segment.stateAddress(UInt(page.pointee.sliceIndex), of: segment)
        var random = TestRandom(stream: 7)
        page.pointee.setUpBlocks(of: sizeClass, start: start, states: states, heap: Address(0x10000)) {
            random.next()
        }
        page.extend(by: page.blockCount)
        let block = try require(page.pop())
        let number = try require(page.pointee.number(ofBlockAt: block))
        verify(page.pointee.pushRemotely(number, at: block, in: life) == .refused)
        verify(page.pointee.sharedState.head == 0)
    }

    /// A wake that is under way outlives retirement (ThreadFree (5)).
    @Test func wakeOutlivesRetirement() {
        let (page, blocks) = fullPage()
        let isFull = page.pointee.becomeFull()
        verify(isFull)
        for (index, block) in blocks.enumerated() { _ = page.pointee.pushRemotely(UInt32(index) + 1, at: block) }
        page.pointee.becomeAvailable()
        _ = page.pointee.collect()
        let didRetire = page.pointee.retire()
        verify(didRetire && page.pointee.sharedState.isWaking)
    }

    /// Threads free all blocks of a page while its owner collects and hands them out again: none is lost.
    @Test func concurrentFrees() {
        let (page, blocks) = fullPage(256)
        let pageBits = page.address.bits
        let blockBits = blocks.map(\.bits)
        let owners = TestAllocator.zeroed(Tally.self)
        let ownersBits = owners.address.bits
        let isFull = page.pointee.becomeFull()
        verify(isFull)
        runThreads(3) { thread in
            let page = unsafe Ref<Page>(at: Address(pageBits))
            let owners = unsafe Ref<Tally>(at: Address(ownersBits))
            for index in stride(from: thread, to: blockBits.count, by: 3) {
                let result = page.pointee.pushRemotely(UInt32(index) + 1, at: Address(blockBits[index]))
                verify(result != .refused)
                if result == .pushedAndMustWake { owners.pointee.add() }
            }
        }
        verify(owners.pointee.total == 1)
        page.pointee.becomeAvailable()
        _ = page.pointee.collect()
        verify(page.pointee.used == 0)
        verify(invariants: Invariants.broken(page))
    }
}
