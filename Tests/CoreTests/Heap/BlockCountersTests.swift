// Counters of blocks: they follow what comes and goes, and never show less than nothing.

import Testing

@Suite struct BlockCountersTests {
    private func make() -> Ref<BlockCounters> { TestAllocator.zeroed(BlockCounters.self) }

    private func isEqual(_ row: BlockCounters.Row, total: UInt, live: UInt, peak: UInt, byteCount: UInt) -> Bool {
        row.total == total && row.live == live && row.peak == peak && row.byteCount == byteCount
    }

    @Test func everyClassHasItsOwn() {
        let counters = make()
        verify(BlockCounters.count == SizeClass.count + 2)
        verify(
            BlockCounters.large != BlockCounters.huge
                && max(BlockCounters.large, BlockCounters.huge) < BlockCounters.count)
        for index in 0..<BlockCounters.count {
            for _ in 0...index { counters.pointee.noteAllocation(index, byteCount: UInt(index)) }
        }
        for index in 0..<BlockCounters.count {
            let n = UInt(index) + 1
            verify(
                isEqual(counters.pointee[index], total: n, live: n, peak: n, byteCount: n * UInt(index)), "\(index)")
        }
    }

    /// The peak stays; the total counts each allocation.
    @Test func blocksComeAndGo() {
        let counters = make()
        for round in 1...3 as ClosedRange<UInt> {
            for _ in 0..<10 * round { counters.pointee.noteAllocation(5, byteCount: 7) }
            for _ in 0..<10 * round { counters.pointee.noteDeallocation(5, byteCount: 7) }
        }
        verify(isEqual(counters.pointee[5], total: 60, live: 0, peak: 30, byteCount: 0))
        counters.pointee.noteAllocation(5, byteCount: 7)
        counters.pointee.noteDeallocation(5, byteCount: 7)
        counters.pointee.forgetDeallocation(5, byteCount: 7)
        verify(isEqual(counters.pointee[5], total: 61, live: 1, peak: 30, byteCount: 7))
    }

    /// A block that two threads free at once is counted twice for a while.
    @Test func neverBelowNothing() {
        let counters = make()
        counters.pointee.noteAllocation(3, byteCount: 9)
        counters.pointee.noteDeallocation(3, byteCount: 9)
        counters.pointee.noteDeallocation(3, byteCount: 9)
        verify(isEqual(counters.pointee[3], total: 1, live: 0, peak: 1, byteCount: 0))
        counters.pointee.noteAllocation(3, byteCount: 9)
        verify(isEqual(counters.pointee[3], total: 2, live: 0, peak: 1, byteCount: 0))
        counters.pointee.forgetDeallocation(3, byteCount: 9)
        verify(isEqual(counters.pointee[3], total: 2, live: 1, peak: 1, byteCount: 9))
    }

    @Test func rowsAddUp() {
        let sum =
            BlockCounters.Row(total: 1, live: 2, peak: 3, byteCount: 4)
            + BlockCounters.Row(total: 10, live: 20, peak: 30, byteCount: 40)
        verify(isEqual(sum, total: 11, live: 22, peak: 33, byteCount: 44))
    }

    @Test func pagesAreCountedByTheirKind() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for sizeClass in SizeClass.all {
            let block = try require(heap.pointee.allocate(sizeClass.room))
            verify(BlockCounters.index(of: try require(allocator.page(covering: block))) == Int(sizeClass.index))
        }
        let large = try require(allocator.pointee.allocateSingle(1 << 20, alignment: 16))
        verify(BlockCounters.index(of: try require(allocator.page(covering: large))) == BlockCounters.large)
        let huge = try require(allocator.pointee.allocateSingle(40 << 20, alignment: 16))
        verify(BlockCounters.index(of: try require(allocator.page(covering: huge))) == BlockCounters.huge)
    }
}
