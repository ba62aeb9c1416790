// Sampled blocks among a heap's others: which allocations can be one, and that each entry point knows them.

import Testing

@Suite struct HeapSampledTests {
    private func isSampled(_ allocator: Ref<Allocator>, _ block: Address) -> Bool {
        allocator.page(covering: block)?.pointee.kind == .sampled
    }

    /// With a rate of 1 every block that fits a slot is sampled, from the first on, until the slots are used up.
    @Test func everyAllocation() throws {
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        for byteCount: UInt in [1, 16, 17, 1000, 1017, 2000, 4088, 4096, 4097, 100_000, 1 << 20, 9 << 20] {
            let block = try require(heap.pointee.allocate(byteCount))
            verify(isSampled(allocator, block) == (Variant.sampledGuards && byteCount <= 4096), "\(byteCount)")
            let usable = allocator.pointee.usableByteCount(block)
            verify(isSampled(allocator, block) ? usable == byteCount : usable >= byteCount)
            verify(allocator.pointee.owns(block))
            TestAllocator.free(block, heap)
        }
        verify(invariants: Invariants.broken(allocator))
    }

    @Test func alignedAndZeroed() throws {
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        for alignment: UInt in [32, 64, 512, 4096] {
            let block = try require(heap.pointee.allocate(100, alignment: alignment))
            verify(block.isAligned(to: alignment) && isSampled(allocator, block) == Variant.sampledGuards)
            TestAllocator.free(block, heap)
        }
        for _ in 0..<100 {
            let block = try require(heap.pointee.allocateZeroed(300))
            verify(MemoryProbe.isZero(block, byteCount: 300))
            unsafe block.fill(byteCount: 300, withByte: 1)
            TestAllocator.free(block, heap)
        }
    }

    /// realloc moves a sampled block, whatever the new size, and keeps what it holds.
    @Test func reallocationMoves() throws {
        guard Variant.sampledGuards else { return }
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        var block = try require(heap.pointee.allocate(100))
        for byteCount: UInt in [100, 99, 50, 2000, 100_000, 100] {
            unsafe block.storeWord(0xfeed)
            let next = try require(heap.pointee.reallocate(block, byteCount))
            verify(next != block || byteCount == 100_000)
            let word = unsafe next.loadWord()
            verify(word == 0xfeed)
            block = next
        }
        TestAllocator.free(block, heap)
        let sums = allocator.pointee.samples.liveCountAndByteCount
        verify(sums == (0, 0))
    }

    /// Any heap frees a sampled block: it belongs to none.
    @Test func otherThreadsFree() throws {
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let (heap, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        for _ in 0..<200 {
            let block = try require(heap.pointee.allocate(64))
            verify(isSampled(allocator, block) == Variant.sampledGuards)
            TestAllocator.free(block, other)
        }
        allocator.pointee.deallocate(try require(heap.pointee.allocate(64)), heapAddress: Address(0))
    }

    @Test func statisticsCountSampledBlocks() throws {
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        let blocks = try (0..<10).map { _ in try require(heap.pointee.allocate(100)) }
        let used = allocator.pointee.statistics()
        verify(used.usedCount == 10 && used.usedByteCount >= 1000)
        for block in blocks { TestAllocator.free(block, heap) }
        verify(allocator.pointee.statistics().usedCount == 0)
    }

    /// 200,000 allocations of many sizes at one in 200: 1000 samples ± 6·√1000 = 190, from whichever size; in a variant
    /// without the flag none.
    @Test func rateIsKept() throws {
        let allocator = TestAllocator.make(sampleRate: 200, slotCount: 512)
        let heap = TestAllocator.heap(allocator)
        var random = TestRandom(stream: 5)
        var blocks = [Address](repeating: Address(0), count: 200)
        var samples = 0
        for _ in 0..<200_000 {
            let index = Int(random.below(200))
            if blocks[index].bits != 0 { TestAllocator.free(blocks[index], heap) }
            blocks[index] = try require(heap.pointee.allocate(1 + random.below(2000)))
            if isSampled(allocator, blocks[index]) { samples += 1 }
        }
        verify(Variant.sampledGuards ? abs(samples - 1000) < 190 : samples == 0, "\(samples) samples")
        for block in blocks { TestAllocator.free(block, heap) }
        verify(invariants: Invariants.broken(allocator))
    }

    /// One block at a time, of one size: the pattern that never needs another block.
    @Test func rateIsKeptInTheTightestLoop() throws {
        let allocator = TestAllocator.make(sampleRate: 50, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        var samples = 0
        for _ in 0..<50_000 {
            let block = try require(heap.pointee.allocate(64))
            if isSampled(allocator, block) { samples += 1 }
            TestAllocator.free(block, heap)
        }
        // 1000 ± 6·√980
        verify(Variant.sampledGuards ? abs(samples - 1000) < 188 : samples == 0, "\(samples) samples")
    }

    @Test func offMeansNever() throws {
        let allocator = TestAllocator.make(sampleRate: 0, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        for _ in 0..<50_000 {
            let block = try require(heap.pointee.allocate(64))
            verify(!isSampled(allocator, block))
            TestAllocator.free(block, heap)
        }
        verify(!allocator.pointee.samples.isOpen)
    }

    @Test func childOfAForkDrawsAnew() throws {
        let allocator = TestAllocator.make(sampleRate: 1000, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        TestAllocator.free(try require(heap.pointee.allocate(64)), heap)
        allocator.pointee.prepareFork()
        allocator.pointee.resumeChild(heap.address)
        verify(heap.pointee.dice.count == 0 && heap.pointee.countdown.remaining == .max)
        TestAllocator.free(try require(heap.pointee.allocate(64)), heap)
        if Variant.sampledGuards { verify(heap.pointee.countdown.remaining < 100_000) }
    }
}
