// Totals add up.

import Testing

@Suite struct StatisticsTests {
    @Test func usedAndFree() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var (count, byteCount): (UInt, UInt) = (0, 0)
        var blocks: [Address] = []
        for request: UInt in [1, 100, 1000, 5000, 100_000, 200_000, 1 << 20] {
            for _ in 0..<10 {
                let block = try require(heap.pointee.allocate(request))
                blocks.append(block)
                count += 1
                byteCount += allocator.footprint(block)
                let statistics = allocator.pointee.statistics()
                verify(statistics.usedCount == count && statistics.usedByteCount == byteCount)
            }
        }
        for block in blocks {
            byteCount -= allocator.footprint(block)
            TestAllocator.free(block, heap)
            count -= 1
            let statistics = allocator.pointee.statistics()
            verify(statistics.usedCount == count && statistics.usedByteCount == byteCount)
        }
    }

    @Test func huge() throws {
        let allocator = TestAllocator.make()
        let blocks = try (1...3).map {
            try require(allocator.pointee.allocateSingle(9 << 20 + UInt($0) * 4096, alignment: 16))
        }
        let statistics = allocator.pointee.statistics()
        verify(statistics.hugeCount == 3 && statistics.usedCount == 0)
        verify(statistics.hugeByteCount == blocks.reduce(0) { $0 + allocator.footprint($1) })
        for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
        verify(allocator.pointee.statistics().hugeByteCount == 0)
    }

    @Test func memoryOfSegments() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        let block = try require(allocator.pointee.allocateSingle(1 << 20, alignment: 16))
        let statistics = allocator.pointee.statistics()
        verify(statistics.committedByteCount >= 1 << 20 && statistics.dirtyByteCount == 0)
        verify(statistics.metadataByteCount == allocator.pointee.metadata.mappedByteCount)
        verify(statistics.guardCount == allocator.pointee.guards.installedCount)
        verify((statistics.guardCount > 0) == Variant.guardPages)
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        // Quarantine keeps it; what comes out of that has no memory, where the kernel has guards that see to it.
        verify((allocator.pointee.statistics().dirtyByteCount == 0) == Variant.quarantine)
        allocator.releaseDetained()
        let dirty = allocator.pointee.statistics().dirtyByteCount
        let isSealed = Variant.quarantine && allocator.pointee.guards.usesAdvice
        verify(isSealed ? dirty == 0 : dirty >= 1 << 20 && dirty % Unit.slice == 0)
    }
}
