// Heaps that end, and those that take their pages over.

import Testing

@Suite struct AbandonmentTests {
    private func abandonedCount(_ allocator: Ref<Allocator>) -> Int {
        allocator.pointee.abandonedCount.load(ordering: .relaxed)
    }

    @Test func emptyHeapLeavesNothing() {
        let shadow = ShadowHeap(heapCount: 3)
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func pagesAreAbandonedAndAdopted() throws {
        var shadow = ShadowHeap(heapCount: 2)
        let allocator = shadow.allocator
        for byteCount: UInt in [16, 100, 8000, 100_000] { for _ in 0..<20 { shadow.allocate(byteCount, in: 0) } }
        let page = try require(allocator.page(covering: shadow.blocks[0].address))
        allocator.pointee.returnHeap(shadow.heaps[0])
        verify(page.pointee.sharedState.isUnowned && abandonedCount(allocator) >= 4)
        verify(invariants: Invariants.broken(allocator))
        shadow.checkBlocks()
        // A heap that needs such a page takes it before it makes one.
        let before = abandonedCount(allocator)
        shadow.allocate(16, in: 1)
        verify(page.pointee.owner.load(ordering: .relaxed) == shadow.heaps[1].address.bits)
        verify(abandonedCount(allocator) == before - 1)
        verify(invariants: Invariants.broken(shadow.heaps[1]))
        // A free makes the heap the owner, too.
        let index = try require(shadow.blocks.firstIndex { $0.byteCount == 100_000 })
        let large = try require(allocator.page(covering: shadow.blocks[index].address))
        shadow.free(index, by: 1)
        verify(large.pointee.owner.load(ordering: .relaxed) == shadow.heaps[1].address.bits)
        verify(invariants: Invariants.broken(shadow.heaps[1]))
        shadow.heaps[0] = TestAllocator.heap(allocator)
        shadow.checkBlocks()
        shadow.freeAll(by: 1)
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func fullPagesAreAbandonedToo() throws {
        var shadow = ShadowHeap(heapCount: 2)
        while shadow.heaps[0].pointee.full.first == nil { shadow.allocate(8192, in: 0) }
        shadow.allocator.pointee.returnHeap(shadow.heaps[0])
        verify(invariants: Invariants.broken(shadow.allocator))
        verify(invariants: Invariants.broken(shadow.heaps[0]))
        // Full ones are no use to allocate from: they are adopted and put aside.
        for _ in 0..<10 { shadow.allocate(8192, in: 1) }
        shadow.checkBlocks()
        verify(invariants: Invariants.broken(shadow.heaps[1]))
        shadow.heaps[0] = TestAllocator.heap(shadow.allocator)
        shadow.freeAll(by: 1)
        shadow.endAndCheckNothingIsLeft()
    }

    /// A thread without a heap frees the blocks of one that ended: the page goes with its last block.
    @Test func freedByNobodysThread() {
        var shadow = ShadowHeap(heapCount: 1)
        for _ in 0..<100 { shadow.allocate(2000, in: 0) }
        shadow.allocator.pointee.returnHeap(shadow.heaps[0])
        while !shadow.blocks.isEmpty {
            shadow.free(0, by: nil)
            verify(invariants: Invariants.broken(shadow.allocator))
        }
        verify(abandonedCount(shadow.allocator) == 0)
        verify(shadow.allocator.pointee.statistics().freeCount == 0)
    }

    /// A wake that reaches a heap after its thread ended, and the heap's next user.
    @Test func lateWake() throws {
        var shadow = ShadowHeap(heapCount: 2)
        while shadow.heaps[0].pointee.full.first == nil { shadow.allocate(8192, in: 0) }
        let page = try require(shadow.heaps[0].pointee.full.first)
        let inPage = try require(
            shadow.blocks.firstIndex { shadow.allocator.page(covering: $0.address) == page })
        // The waker stops between its free and the wake list.
        let block = shadow.blocks[inPage]
        let number = try require(page.pointee.number(ofBlockAt: block.address))
        let result = page.pointee.pushRemotely(number, at: block.address)
        verify(result == .pushedAndMustWake)
        shadow.allocator.pointee.returnHeap(shadow.heaps[0])
        verify(page.pointee.sharedState.isWaking && page.pointee.sharedState.isUnowned)
        // It goes on: the page is on the list of a heap that no longer owns it.
        page.pointee.wakeNext = nil
        shadow.heaps[0].pointee.wakes.store(page.address.bits, ordering: .releasing)
        shadow.heaps[0] = TestAllocator.heap(shadow.allocator)
        shadow.heaps[0].pointee.takeWakes()
        verify(!page.pointee.sharedState.isWaking)
        verify(invariants: Invariants.broken(shadow.heaps[0]))
        verify(invariants: Invariants.broken(shadow.allocator))
        let count = Int(page.blockCount) * 20
        let again = (0..<count).compactMap { _ in shadow.heaps[1].pointee.allocate(8192) }
        verify(again.count == count && again.contains(block.address))
    }

    /// While a wake is under way for an earlier owner's sake a page cannot be put aside; its heap lives with that.
    @Test func exhaustedButNotFull() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let first = try require(heap.pointee.allocate(8192))
        let page = try require(allocator.page(covering: first))
        page.pointee.changeState { $0.isWaking = true }
        var blocks = [first]
        for _ in 0..<3 * page.blockCount {
            blocks.append(try require(heap.pointee.allocate(8192)))
            verify(invariants: Invariants.broken(heap))
        }
        let made = Invariants.magazineBlocks(heap)[page.address.bits]?.count ?? 0
        let inPage = blocks.count { allocator.page(covering: $0) == page }
        verify(inPage + made == Int(page.blockCount), "the page is exhausted")
        verify(!page.pointee.isFull && Set(blocks.map(\.bits)).count == blocks.count)
        page.pointee.changeState { $0.isWaking = false }
        for block in blocks { TestAllocator.free(block, heap) }
        heap.pointee.releaseEmptyPages()
        verify(invariants: Invariants.broken(heap))
        verify(allocator.pointee.statistics().freeCount == 0)
    }

    /// A full page is abandoned like any other: its blocks come back one by one, and the others stay.
    @Test func fullPageIsAbandoned() throws {
        var shadow = ShadowHeap(heapCount: 2)
        while shadow.heaps[0].pointee.full.first == nil { shadow.allocate(8192, in: 0) }
        let page = try require(shadow.heaps[0].pointee.full.first)
        // None of them waits in a magazine.
        for _ in 0..<2000 where !(1...page.madeCount).allSatisfy({ page.pointee.states.isLive($0) }) {
            shadow.allocate(8192, in: 0)
        }
        verify(page.pointee.isFull)
        shadow.allocator.pointee.returnHeap(shadow.heaps[0])
        shadow.heaps[0] = TestAllocator.heap(shadow.allocator)
        verify(!page.pointee.isFull && page.pointee.sharedState.isUnowned)
        let inPage = try require(
            shadow.blocks.firstIndex { shadow.allocator.page(covering: $0.address) == page })
        shadow.free(inPage, by: 1)
        verify(page.pointee.sharedState.isInUse)
        shadow.checkBlocks()
        verify(invariants: Invariants.broken(shadow.allocator))
        shadow.freeAll(by: 1)
        shadow.endAndCheckNothingIsLeft()
    }

    /// A free took an abandoned page, and waits for the list's lock: nobody else takes the page from the list.
    @Test func takenByAFreeFirst() throws {
        var shadow = ShadowHeap(heapCount: 1)
        for _ in 0..<3 { shadow.allocate(8192, in: 0) }
        let block = shadow.blocks[0].address
        let page = try require(shadow.allocator.page(covering: block))
        shadow.allocator.pointee.returnHeap(shadow.heaps[0])
        let number = try require(page.pointee.number(ofBlockAt: block))
        let result = page.pointee.pushRemotely(number, at: block)
        let taken = shadow.allocator.pointee.takeAbandoned(page.pointee.sizeClass)
        verify(result == .pushedAndOwned && taken == nil)
    }

    @Test func manyGenerations() {
        var shadow = ShadowHeap(heapCount: 2)
        var random = TestRandom(stream: 60)
        for round in 0..<Seed.repetitions(40) {
            for _ in 0..<30 { shadow.allocate(random.byteCount() % 10_000, in: round % 2) }
            while shadow.blocks.count > 100 {
                shadow.free(Int(random.below(UInt(shadow.blocks.count))), by: (round + 1) % 2)
            }
            shadow.allocator.pointee.returnHeap(shadow.heaps[round % 2])
            verify(invariants: Invariants.broken(shadow.allocator))
            shadow.heaps[round % 2] = TestAllocator.heap(shadow.allocator)
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }
}
