// malloc(0).

import Testing

@Suite struct AllocatorTrapsTests {
    @Test func distinctAndInaccessible() throws {
        guard Variant.zeroSizeTraps else { return }
        let allocator = TestAllocator.make()
        let heaps = [TestAllocator.heap(allocator), TestAllocator.heap(allocator)]
        var traps: Set<UInt> = []
        for index in 0..<3 * 4096 {
            let trap = try require(heaps[index % 2].pointee.allocate(0))
            verify(traps.insert(trap.bits).inserted && trap.isAligned(to: 16))
            verify(allocator.pointee.usableByteCount(trap) == 0 && allocator.pointee.owns(trap))
            if index % 1000 == 0 { verify(!MemoryProbe.isReadable(trap) && !MemoryProbe.isWritable(trap + 15)) }
        }
        verify(allocator.pointee.statistics().usedCount == 0)
        verify(invariants: Invariants.broken(allocator))
        for (index, trap) in traps.enumerated() {
            allocator.pointee.deallocate(
                Address(trap), heapAddress: [heaps[0].address, heaps[1].address, Address(0)][index % 3])
        }
        // Three pages serve again: as many anew take no new one.
        let mapped = allocator.pointee.metadata.mappedByteCount
        for _ in 0..<3 * 4096 { verify(traps.contains(try require(heaps[0].pointee.allocate(0)).bits)) }
        verify(allocator.pointee.metadata.mappedByteCount == mapped)
    }

    /// A freed address comes back only after the 4,095 others of its page.
    @Test func waiting() throws {
        guard Variant.zeroSizeTraps else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for _ in 0..<100 { _ = try require(heap.pointee.allocate(0)) }
        var last: [UInt: Int] = [:]
        for turn in 0..<15_000 {
            let trap = try require(heap.pointee.allocate(0))
            TestAllocator.free(trap, heap)
            if let before = last[trap.bits] { verify(turn - before >= 3996, "back after \(turn - before)") }
            last[trap.bits] = turn
        }
    }

    @Test func reallocation() throws {
        guard Variant.zeroSizeTraps else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for byteCount in [1, 16, 1000, 200_000, 9 << 20] as [UInt] {
            let trap = try require(heap.pointee.allocate(0))
            let page = try require(allocator.page(covering: trap))
            let block = try require(heap.pointee.reallocate(trap, byteCount))
            verify(!page.pointee.isLiveTrap(trap))
            verify(allocator.pointee.usableByteCount(block) == Allocator.goodByteCount(byteCount))
            verify(MemoryProbe.isWritable(block))
            TestAllocator.free(block, heap)
        }
        let zeroed = try require(heap.pointee.allocateZeroed(0))
        verify(allocator.pointee.usableByteCount(zeroed) == 0 && !MemoryProbe.isReadable(zeroed))
    }

    @Test func withoutTraps() throws {
        guard !Variant.zeroSizeTraps else { return }
        let heap = TestAllocator.heap(TestAllocator.make())
        let block = try require(heap.pointee.allocate(0))
        verify(MemoryProbe.isReadable(block))
    }
}
