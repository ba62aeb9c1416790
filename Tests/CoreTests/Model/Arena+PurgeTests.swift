// Giving memory back.

import Testing

@Suite struct ArenaPurgeTests {
    private func fill(_ allocator: Ref<Allocator>, sliceCount: UInt) throws -> (page: Ref<Page>, start: Address) {
        let size = sliceCount * Unit.slice - 2 * Arena.guardByteCount
        let block = try require(allocator.pointee.allocateSingle(size, alignment: 16))
        for offset in stride(from: UInt(0), to: size, by: 4096) { unsafe (block + offset).storeWord(7) }
        return (try require(allocator.page(covering: block)), block)
    }

    @Test func purgedMemoryIsGone() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let (page, block) = try fill(allocator, sliceCount: 8)
        let byteCount = page.pointee.byteCount
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == Int(byteCount / 4096))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        // Not before its time: the delay is an hour.
        allocator.pointee.arena.purgeIfDue()
        verify(allocator.pointee.statistics().dirtyByteCount == 8 * Unit.slice)
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == Int(byteCount / 4096))
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.statistics().dirtyByteCount == 0)
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == 0)
        let next = allocator.pointee.arena.nextPurge.load(ordering: .relaxed)
        verify(next == 0)
        verify(invariants: Invariants.broken(allocator))
        let (again, second) = try fill(allocator, sliceCount: 8)
        verify(second == block && again.pointee.isZeroed)
    }

    @Test func withoutDelay() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 0
        let (_, block) = try fill(allocator, sliceCount: 4)
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        verify(allocator.pointee.statistics().dirtyByteCount == 0)
        verify(MemoryProbe.residentCount(block, byteCount: 4 * Unit.slice - 2 * Unit.osPage) == 0)
    }

    /// A run that was used and not purged says so, and calloc clears it.
    @Test func dirtyRunsAreNotZero() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let heap = TestAllocator.heap(allocator)
        let (page, block) = try fill(allocator, sliceCount: 8)
        verify(page.pointee.isZeroed)
        let size = page.pointee.byteCount
        TestAllocator.free(block, heap)
        let again = try require(heap.pointee.allocateZeroed(size))
        let sameDescriptor = try require(allocator.page(covering: again))
        verify(again == block && !sameDescriptor.pointee.isZeroed)
        verify(MemoryProbe.isZero(again, byteCount: size))
    }

    @Test func emptySegmentsGo() throws {
        let allocator = TestAllocator.make()
        var blocks: [Address] = []
        for _ in 0..<14 {
            blocks.append(try require(allocator.pointee.allocateSingle(8 << 20, alignment: 16)))
        }
        let count = allocator.pointee.arena.segmentCount
        verify(count >= 4)
        let bases = blocks.map { $0.bits.aligned(down: Unit.segment) }
        let guardsBefore = allocator.pointee.guards.installedCount
        for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.segmentCount == 1)
        verify(allocator.pointee.guards.installedCount <= guardsBefore)
        verify(invariants: Invariants.broken(allocator))
        for base in bases { verify(allocator.page(covering: Address(base)) == nil) }
        // Their descriptors serve again.
        let metadata = allocator.pointee.metadata.mappedByteCount
        for _ in 0..<14 { _ = try require(allocator.pointee.allocateSingle(8 << 20, alignment: 16)) }
        verify(allocator.pointee.arena.segmentCount == count)
        // A new segment's address may need a leaf of the page map, never a new descriptor.
        verify(
            allocator.pointee.metadata.mappedByteCount - metadata <= 2 * MetadataPool.chunkByteCount + 8 * Unit.osPage
        )
        verify(invariants: Invariants.broken(allocator))
    }

    /// Guards of a segment that goes do not count against the budget any more.
    @Test func guardsOfRemovedSegments() throws {
        guard Variant.guardPages else { return }
        let allocator = TestAllocator.make(guardBudget: 60)
        for _ in 0..<20 {
            var blocks: [Address] = []
            for _ in 0..<10 {
                blocks.append(try require(allocator.pointee.allocateSingle(8 << 20, alignment: 16)))
            }
            for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
            allocator.pointee.arena.purge(dueBy: .max)
        }
        verify(allocator.pointee.guards.refusedCount == 0)
    }
}
