// malloc: every size, and where blocks come from.

import Testing

@Suite struct HeapAllocateTests {
    @Test func everySmallRequest() throws {
        var shadow = ShadowHeap(heapCount: 1)
        for byteCount in UInt(0)...1100 {
            shadow.allocate(byteCount, in: 0)
            verify(shadow.usable(shadow.blocks[Int(byteCount)].address) == Allocator.goodByteCount(byteCount))
        }
        for byteCount in stride(from: UInt(1101), through: SizeClass.largestByteCount + 5000, by: 997) {
            shadow.allocate(byteCount, in: 0)
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func everyClassSeveralPages() {
        var shadow = ShadowHeap(heapCount: 1)
        for sizeClass in SizeClass.all where sizeClass.index % 4 == 3 {
            let perPage = sizeClass.sliceCount * Unit.slice / sizeClass.blockByteCount
            for _ in 0..<min(perPage * 2 + 3, 1500) { shadow.allocate(sizeClass.room, in: 0) }
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        let statistics = shadow.allocator.pointee.statistics()
        verify(statistics.usedCount == UInt(shadow.blocks.count))
        verify(statistics.usedByteCount == shadow.blocks.reduce(0) { $0 + shadow.allocator.footprint($1.address) })
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func tooLarge() {
        let heap = TestAllocator.heap(TestAllocator.make())
        for byteCount in [UInt(Int.max) + 1, .max, .max - 4095, UInt(Int.max), UInt(Int.max) - 4096, 1 << 47] {
            verify(heap.pointee.allocate(byteCount) == nil)
            verify(heap.pointee.allocateZeroed(byteCount) == nil)
            verify(heap.pointee.allocate(byteCount, alignment: 4096) == nil)
        }
        verify(invariants: Invariants.broken(heap))
    }

    /// The fast path of a new heap has nothing to give, and leaves the empty page alone.
    @Test func newHeap() {
        let heap = TestAllocator.heap(TestAllocator.make())
        for byteCount in UInt(0)...1025 { verify(heap.pointee.allocateDirectly(byteCount) == nil) }
        verify(invariants: Invariants.broken(heap))
    }

    @Test func keysDifferFromPageToPage() throws {
        guard Variant.encodedFreeLists else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var words: Set<UInt64> = []
        for byteCount: UInt in [16, 32, 48, 64, 80] {
            _ = try require(heap.pointee.allocate(byteCount))
            let page = try require(heap.pointee.queues[Int(SizeClass(requested: byteCount).index)].first)
            words.insert(page.pointee.keys.encode(0, at: Address(0x1000)))
        }
        verify(words.count == 5)
    }

    /// An overwritten link never leads malloc anywhere: the process ends.
    @Test func overwrittenLinkIsReported() async {
        guard Variant.zeroOnFree || (Variant.encodedFreeLists && !Variant.usesMagazines) else { return }
        await #expect(processExitsWith: .signal(6)) {
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            guard let a = heap.pointee.allocate(64), heap.pointee.allocate(64) != nil else { return }
            TestAllocator.free(a, heap)
            // In a magazine a block has no link yet; what is written there shows where blocks must be zero.
            if !Variant.zeroOnFree { heap.pointee.flushAll() }
            unsafe a.storeWord(0x4141_4141)
            for _ in 0..<2000 { _ = heap.pointee.allocate(64) }
        }
    }
}
