// Empty pages go, but not the one in use; memory follows them after the delay.

import Testing

@Suite struct HeapHousekeepingTests {
    @Test func emptyPagesGo() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var blocks = try (0..<1000).map { _ in try require(heap.pointee.allocate(1024)) }
        var random = TestRandom(stream: 50)
        blocks.shuffle(using: &random)
        for (index, block) in blocks.enumerated() {
            TestAllocator.free(block, heap)
            if index % 50 == 0 { verify(invariants: Invariants.broken(heap)) }
        }
        // At most the page in use, some empty pages and those of blocks that wait are left, and the sweep takes them.
        let statistics = allocator.pointee.statistics()
        let waiting = UInt(Invariants.magazineBlocks(heap).count)
        verify(statistics.usedCount == 0 && statistics.freeCount <= (1 + UInt(Heap.mostEmptyPages) + waiting) * 64)
        heap.pointee.releaseEmptyPages()
        verify(allocator.pointee.statistics().freeCount == 0)
        verify(heap.pointee.queues[Int(SizeClass(requested: 1024).index)].first == nil)
        verify(invariants: Invariants.broken(heap))
        verify(invariants: Invariants.broken(allocator))
    }

    /// Of many empty pages some are kept, for two sweeps; what is taken from in between stays.
    @Test func idlePagesGo() throws {
        guard Variant.usesMagazines else { return }
        let heap = TestAllocator.heap(TestAllocator.make())
        let sizeClass = SizeClass(requested: 1024)
        let blocks = try (0..<5000).map { _ in try require(heap.pointee.allocate(1024)) }
        for block in blocks { TestAllocator.free(block, heap) }
        func empty() -> [Ref<Page>] {
            let pages = Invariants.pages(of: heap.pointee.queues[Int(sizeClass.index)]) ?? []
            return pages.filter { $0.pointee.trueUsed == 0 }
        }
        // Of a hundred.
        verify(empty().count == Heap.mostEmptyPages, "\(empty().count)")
        heap.pointee.releaseEmptyPages(isSweep: true)
        verify(empty().count >= Heap.mostEmptyPages && empty().allSatisfy { $0.pointee.isIdle })
        heap.pointee.releaseEmptyPages(isSweep: true)
        verify(empty().isEmpty)
        verify(invariants: Invariants.broken(heap))
    }

    /// The sweep takes pages of every class and leaves those with blocks.
    @Test func sweepLeavesWhatIsUsed() {
        var shadow = ShadowHeap(heapCount: 1)
        for sizeClass in SizeClass.all {
            for _ in 0..<3 { shadow.allocate(sizeClass.room, in: 0) }
        }
        var index = 0
        while index < shadow.blocks.count {
            if shadow.blocks[index].byteCount / 16 % 2 == 0 { shadow.free(index, by: 0) } else { index += 1 }
        }
        shadow.heaps[0].pointee.releaseEmptyPages()
        shadow.checkBlocks()
        shadow.checkInvariants()
        verify(shadow.allocator.pointee.statistics().usedCount == UInt(shadow.blocks.count))
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    /// The freed memory of one phase does not stay while the next phase, of another size, runs.
    @Test func memoryGoesWhileOthersRun() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 0
        let heap = TestAllocator.heap(allocator)
        let blocks = try (0..<2000).map { _ in try require(heap.pointee.allocate(4096)) }
        for block in blocks { TestAllocator.free(block, heap) }
        for _ in 0..<20_000 { _ = try require(heap.pointee.allocate(64)) }
        let statistics = allocator.pointee.statistics()
        verify(statistics.dirtyByteCount == 0)
        verify(statistics.usedByteCount == 20_000 * SizeClass(requested: 64).blockByteCount)
        // What waits in the magazine of the first phase keeps its pages, but none of their other blocks' memory.
        let waiting = UInt(Invariants.magazineBlocks(heap).count)
        verify(
            statistics.freeByteCount < 2 * Unit.slice + waiting * SizeClass(requested: 4096).sliceCount * Unit.slice)
    }

    @Test func takeWakesWithoutAny() {
        let heap = TestAllocator.heap(TestAllocator.make())
        heap.pointee.takeWakes()
        heap.pointee.releaseEmptyPages()
        heap.pointee.keepHouse()
        verify(invariants: Invariants.broken(heap))
    }
}
