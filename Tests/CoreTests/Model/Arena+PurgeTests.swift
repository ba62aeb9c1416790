// Giving memory back.

import Testing

@Suite struct ArenaPurgeTests {
    /// A large block whose run has that many slices, all of it written.
    private func fill(_ allocator: Ref<Allocator>, sliceCount: UInt) throws -> (page: Ref<Page>, block: Address) {
        // At most 16 OS pages of guards on each side; without guards the run is the block.
        let size = Variant.guardPages ? (sliceCount - 2) * Unit.slice : sliceCount * Unit.slice
        let block = try require(allocator.pointee.allocateSingle(size, alignment: 16))
        for offset in stride(from: UInt(0), to: size, by: 4096) { unsafe (block + offset).storeWord(7) }
        return (try require(allocator.page(covering: block)), block)
    }

    @Test func purgedMemoryIsGone() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let (page, block) = try fill(allocator, sliceCount: 8)
        let (byteCount, runByteCount) = (page.pointee.byteCount, UInt(page.pointee.sliceCount) * Unit.slice)
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == Int(byteCount / 4096))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        // Not before its time: the delay is an hour.
        allocator.pointee.arena.purgeIfDue()
        verify(allocator.pointee.statistics().dirtyByteCount == (Variant.quarantine ? 0 : runByteCount))
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == Int(byteCount / 4096))
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.statistics().dirtyByteCount == 0)
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == 0)
        let next = allocator.pointee.arena.nextPurge.load(ordering: .relaxed)
        verify(next == 0)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        let (again, second) = try fill(allocator, sliceCount: 8)
        verify(again.pointee.isZeroed && (Variant.randomizedFreeLists || second == block))
    }

    /// A segment's memory goes when it is due, not later.
    @Test func whenDue() throws {
        // There nothing is dirty while it waits.
        guard !Variant.quarantine else { return }
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let (_, block) = try fill(allocator, sliceCount: 8)
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        verify(allocator.pointee.statistics().dirtyByteCount != 0)
        let now = Moment.now.milliseconds
        allocator.pointee.arena.purge(dueBy: now + 3_000_000)
        verify(allocator.pointee.statistics().dirtyByteCount != 0)
        allocator.pointee.arena.purge(dueBy: now + 3_600_000)
        verify(allocator.pointee.statistics().dirtyByteCount == 0)
    }

    /// The slices of a released run are done with when they are due, not later.
    @Test func runsWhenDue() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let page = try require(allocator.pointee.arena.takeRun(sliceCount: 4)).page
        let segment = try require(page.pointee.segment)
        allocator.pointee.arena.releaseRun(of: page)
        let now = Moment.now.milliseconds
        verify(!segment.pointee.isSettled)
        allocator.pointee.arena.purge(dueBy: now + 3_000_000)
        verify(!segment.pointee.isSettled)
        allocator.pointee.arena.purge(dueBy: now + 3_600_000)
        verify(segment.pointee.isSettled)
    }

    @Test func withoutDelay() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 0
        let (page, block) = try fill(allocator, sliceCount: 4)
        let byteCount = page.pointee.byteCount
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        // What comes out of quarantine is dirty from that millisecond on, which may be the next one.
        while allocator.pointee.statistics().dirtyByteCount != 0 { allocator.pointee.arena.purgeIfDue() }
        verify(allocator.pointee.arena.detained.count == 0)
        verify(MemoryProbe.residentCount(block, byteCount: byteCount) == 0)
    }

    /// A run that was used and not purged says so, and calloc clears it.
    @Test func dirtyRunsAreNotZero() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let heap = TestAllocator.heap(allocator)
        let (page, block) = try fill(allocator, sliceCount: 8)
        verify(page.pointee.isZeroed)
        let size = page.pointee.byteCount
        if Variant.quarantine {
            // The one that was freed last is not taken: a second one lets the first go.
            let (_, second) = try fill(allocator, sliceCount: 8)
            TestAllocator.free(block, heap)
            TestAllocator.free(second, heap)
        } else {
            TestAllocator.free(block, heap)
        }
        let again = try require(heap.pointee.allocateZeroed(size))
        let sameDescriptor = try require(allocator.page(covering: again))
        verify(sameDescriptor == page && !sameDescriptor.pointee.isZeroed)
        // Anew at a random distance from its run's ends, where it does not come out of quarantine.
        verify(again == block || (Variant.guardPages && Variant.randomizedFreeLists && !Variant.quarantine))
        verify(MemoryProbe.isZero(again, byteCount: size))
    }

    /// Slices that a purge makes available are found again: no new segment is made for them.
    @Test func purgedSlicesServeAgain() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        for _ in 0..<20 {
            let blocks = try (0..<3).map { _ in
                try require(allocator.pointee.allocateLarge(Allocator.largestInSegment, 16))
            }
            for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
            // While they wait, and are dirty, a run cannot be had: the segment notes so.
            allocator.releaseDetained()
            let other = try require(allocator.pointee.allocateLarge(Allocator.largestInSegment, 16))
            allocator.pointee.deallocate(other, heapAddress: Address(0x10))
            allocator.pointee.arena.purge(dueBy: .max)
            verify(invariants: Invariants.broken(allocator))
            verify(allocator.pointee.arena.segmentCount == 1)
            let again = try require(allocator.pointee.allocateLarge(Allocator.largestInSegment, 16))
            verify(allocator.pointee.arena.segmentCount == 1)
            allocator.pointee.deallocate(again, heapAddress: Address(0x10))
            allocator.pointee.arena.purge(dueBy: .max)
        }
    }

    @Test func emptySegmentsGo() throws {
        let allocator = TestAllocator.make()
        var blocks: [Address] = []
        for _ in 0..<14 {
            blocks.append(try require(allocator.pointee.allocateLarge(8 << 20, 16)))
        }
        let count = allocator.pointee.arena.segmentCount
        verify(count >= 4)
        let bases = try blocks.map {
            try require(try require(allocator.page(covering: $0)).pointee.segment).pointee.base
        }
        let guardsBefore = allocator.pointee.guards.installedCount
        for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.segmentCount == 1)
        verify(allocator.pointee.guards.installedCount <= guardsBefore)
        verify(invariants: Invariants.broken(allocator))
        for base in bases { verify(allocator.page(covering: base) == nil) }
        // Their descriptors serve again.
        let metadata = allocator.pointee.metadata.mappedByteCount
        for _ in 0..<14 { _ = try require(allocator.pointee.allocateLarge(8 << 20, 16)) }
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
                blocks.append(try require(allocator.pointee.allocateLarge(8 << 20, 16)))
            }
            for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
            allocator.pointee.arena.purge(dueBy: .max)
        }
        verify(allocator.pointee.guards.refusedCount == 0)
    }
}
