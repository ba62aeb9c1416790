// Every order in which two threads can do what the models of Tests/Models let them do at the same instant: each must be seen,
// and each must end as it should. Run under ThreadSanitizer by scripts/test's races.

import Synchronization
import Testing

@Suite struct PageRemoteStressTests {
    /// A page whose blocks are all handed out, and one of them.
    private static func fullPage() throws -> (page: Ref<Page>, number: UInt32, block: Address) {
        let (page, _) = TestAllocator.page(TestAllocator.make(), SizeClass(holding: 4096))
        page.extend(by: page.blockCount)
        while page.pop() != nil {}
        return (page, 3, page.pointee.address(of: 3))
    }

    /// Takes the block in that was pushed, and hands it out again.
    private static func takeBack(_ page: Ref<Page>) {
        _ = page.pointee.collect()
        verify(page.pop() != nil, "the block did not come back")
    }

    private static func push(_ page: Ref<Page>, _ number: UInt32, _ block: Address) -> Int {
        switch page.pointee.pushRemotely(number, at: block) {
        case .refused: 0
        case .pushed: 1
        case .pushedAndMustWake: 2
        case .pushedAndOwned: 3
        }
    }

    private static func stateBits() throws -> BlockStates {
        unsafe BlockStates(at: try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true)))
    }

    /// double_free.pml: the owner and another thread free a block. Many, one after the other: where both are at the same one, each
    /// may be believed.
    @Test func ownerAndOther() throws {
        let states = try Self.stateBits()
        let numbers = 1...BlockStates.largestNumber
        var (own, others) = (Self.noBits, Self.noBits)
        Duel.play(
            outcomes: ["the owner first", "the other first", "both believed"],
            setUp: { for number in numbers { verify(states.markLive(number)) } },
            first: {
                for number in numbers { own[Int(number)] = states.claimByOwner(number) }
                return 0
            },
            second: {
                for number in numbers { others[Int(number)] = states.claimRemotely(number) }
                return 0
            },
            judge: { _, _ in
                numbers.map { number in
                    switch (own[Int(number)], others[Int(number)]) {
                    case (true, false): return 0
                    case (false, true): return states.settle(number) ? 1 : nil
                    // Found before it is handed out, and by the collection.
                    case (true, true): return !states.markLive(number) && !states.settle(number) ? 2 : nil
                    case (false, false): return nil
                    }
                }
            })
    }

    private static var noBits: [Bool] { [Bool](repeating: false, count: Int(BlockStates.largestNumber) + 1) }

    /// double_free.pml: two other threads.
    @Test func twoOthers() throws {
        let states = try Self.stateBits()
        Duel.play(
            outcomes: ["one", "the other"],
            setUp: { verify(states.markLive(5)) },
            first: { states.claimRemotely(5) ? 1 : 0 },
            second: { states.claimRemotely(5) ? 1 : 0 },
            judge: { one, other in
                verify(states.settle(5))
                return [one + other == 1 ? other : nil]
            })
    }

    /// wakes.pml: a page becomes full while a block of it is freed.
    @Test func becomeFull() throws {
        let (page, number, block) = try Self.fullPage()
        Duel.play(
            outcomes: ["full first", "the free first"],
            first: { page.pointee.becomeFull() ? 1 : 0 },
            second: { Self.push(page, number, block) },
            judge: { didBecomeFull, push in
                if didBecomeFull == 1 {
                    verify(page.pointee.sharedState.isWaking && !page.pointee.sharedState.wantsWake)
                    page.pointee.becomeAvailable()
                }
                page.pointee.changeState { $0.isWaking = false }
                Self.takeBack(page)
                switch (didBecomeFull, push) {
                case (1, 2): return [0]
                case (0, 1): return [1]
                default: return [nil]
                }
            })
    }

    /// ownership.pml: a page is given up while a block of it is freed.
    @Test func disown() throws {
        let (page, number, block) = try Self.fullPage()
        Duel.play(
            outcomes: ["given up first", "the free first"],
            first: { page.pointee.disown() ? 1 : 0 },
            second: { Self.push(page, number, block) },
            judge: { didDisown, push in
                verify(!page.pointee.sharedState.isUnowned)
                Self.takeBack(page)
                switch (didDisown, push) {
                case (1, 3): return [0]
                case (0, 1): return [1]
                default: return [nil]
                }
            })
    }

    /// ownership.pml: a thread takes an abandoned page while another one frees into it.
    @Test func claim() throws {
        let (page, number, block) = try Self.fullPage()
        Duel.play(
            outcomes: ["taken first", "the free first"],
            setUp: { verify(page.pointee.disown()) },
            first: { page.pointee.claim() ? 1 : 0 },
            second: { Self.push(page, number, block) },
            judge: { didClaim, push in
                Self.takeBack(page)
                switch (didClaim, push) {
                case (1, 1): return [0]
                case (0, 3): return [1]
                default: return [nil]
                }
            })
    }

    /// stale_free.pml: a page is retired, and made anew, while a block of it is freed a second time.
    @Test func retire() throws {
        let (page, number, block) = try Self.fullPage()
        var random = TestRandom(stream: 4100)
        Duel.play(
            outcomes: ["retired first", "the free first", "retired after a look at the page"],
            first: {
                guard page.pointee.retire() else { return 0 }
                page.pointee.changeState { $0.isInUse = true }
                return 1
            },
            second: {
                let life = page.pointee.sharedState
                // What a thread does between its look and its push takes any time.
                for _ in 0..<random.below(200) { _ = page.pointee.sharedState }
                switch page.pointee.pushRemotely(number, at: block, in: life) {
                case .pushed: return Int(life.generation) * 2 + 1
                default: return Int(life.generation) * 2
                }
            },
            judge: { didRetire, push in
                let generation = Int(page.pointee.sharedState.generation)
                let (wasPushed, seen) = (push & 1 == 1, push / 2)
                // Into the life that it saw, or not at all.
                if wasPushed { verify(seen == generation) }
                if wasPushed {
                    Self.takeBack(page)
                } else {
                    // The claim of a refused free stays, as the program's error does.
                    verify(!Variant.doubleFreeDetection || page.pointee.sharedState.head == 0)
                    if !page.pointee.states.isLive(number), page.pointee.states.isKept(number) {
                        _ = page.pointee.states.settle(number)
                        verify(page.pointee.states.markLive(number))
                    }
                }
                switch (didRetire, wasPushed) {
                case (1, true): return [0]
                case (0, true): return [1]
                case (1, false): return [2]
                default: return [nil]
                }
            })
    }

    /// single.pml: two frees of a block with a page of its own.
    @Test func twoClaims() throws {
        let (page, _, _) = try Self.fullPage()
        Duel.play(
            outcomes: ["one", "the other"],
            setUp: { page.pointee.changeState { $0.isUnowned = true } },
            first: { page.pointee.claim() ? 1 : 0 },
            second: { page.pointee.claim() ? 1 : 0 },
            judge: { one, other in [one + other == 1 ? other : nil] })
    }

    /// parking.pml: a thread takes a parked heap while another one takes a page out of it.
    @Test func parkedPage() throws {
        let allocator = TestAllocator.make()
        let (parked, needy) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let sizeClass = SizeClass(holding: 4096)
        var taken: Ref<Page>?
        Duel.play(
            outcomes: ["the heap first", "the page first"],
            setUp: {
                if let block = parked.pointee.allocate(sizeClass.room) { TestAllocator.free(block, parked) }
                allocator.pointee.parkHeap(parked)
            },
            first: {
                guard let heap = allocator.pointee.takeHeap(allocator) else { return 0 }
                return heap == parked ? 1 : 2
            },
            second: {
                taken = allocator.pointee.takeParkedPage(sizeClass, for: needy.address)
                // Its owner from this instant on, whoever has the heap.
                guard let page = taken else { return 0 }
                return page.pointee.owner.load(ordering: .relaxed) == needy.address.bits ? 1 : 2
            },
            judge: { heap, page in
                if let page = taken { needy.pointee.adopt(page) }
                verify(invariants: Invariants.broken(parked))
                return [heap == 1 && page < 2 ? page : nil]
            })
        allocator.pointee.returnHeap(parked)
        allocator.pointee.returnHeap(needy)
        verify(invariants: Invariants.broken(allocator))
    }
}
