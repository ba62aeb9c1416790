// Taking back what other threads freed, when the heap's thread asks for it.

import Testing

@Suite struct HeapReclaimTests {
    private func freeRemotely(_ blocks: some Sequence<Address>, _ allocator: Ref<Allocator>) {
        for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
    }

    @Test func eachComesBackOnce() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let blocks = try (0..<40).map { _ in try require(heap.pointee.allocate(100)) }
        var count = heap.pointee.reclaim(upTo: 1000)
        verify(count == 0)
        freeRemotely(blocks.prefix(30), allocator)
        count = heap.pointee.reclaim(upTo: 0)
        verify(count == 0, "no page was to be looked at")
        count = heap.pointee.reclaim(upTo: 1000)
        verify(count == 30, "\(count)")
        count = heap.pointee.reclaim(upTo: 1000)
        verify(count == 0)
        verify(invariants: Invariants.broken(heap))
        verify(allocator.pointee.statistics().usedCount == 10)
    }

    /// A page at a time: each call goes on where the one before ended, over all classes and round again.
    @Test func aPageAtATime() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var blocks: [Address] = []
        for byteCount: UInt in [16, 200, 3000, 20_000] {
            for _ in 0..<60 { blocks.append(try require(heap.pointee.allocate(byteCount))) }
        }
        let pages = Set(blocks.compactMap { allocator.page(covering: $0)?.address.bits })
        verify(pages.count > 4)
        for round in 0..<3 {
            freeRemotely(blocks[round * 20..<round * 20 + 20], allocator)
            freeRemotely(blocks[60 + round * 20..<60 + round * 20 + 20], allocator)
            var (count, calls): (UInt, Int) = (0, 0)
            while count < 40, calls < 3 * pages.count {
                count += heap.pointee.reclaim(upTo: 1)
                calls += 1
            }
            verify(count == 40, "\(count) after \(calls) calls")
            verify(invariants: Invariants.broken(heap))
        }
    }

    /// Full pages announce such frees themselves.
    @Test func fullPages() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var blocks: [Address] = []
        while heap.pointee.full.first == nil { blocks.append(try require(heap.pointee.allocate(8192))) }
        let full = try require(heap.pointee.full.first)
        let inFull = blocks.filter { allocator.page(covering: $0) == full }
        freeRemotely(inFull.prefix(3), allocator)
        let count = heap.pointee.reclaim(upTo: 0)
        verify(count >= 1 && !full.pointee.isFull, "\(count)")
        verify(invariants: Invariants.broken(heap))
    }

    @Test func flushTakesAll() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var blocks: [Address] = []
        for byteCount: UInt in [16, 100, 1000, 8192, 30_000] {
            for _ in 0..<100 { blocks.append(try require(heap.pointee.allocate(byteCount))) }
        }
        freeRemotely(blocks, allocator)
        let count = heap.pointee.flushRemoteFrees()
        verify(count == 500, "\(count)")
        verify(allocator.pointee.statistics().usedCount == 0)
        verify(invariants: Invariants.broken(heap))
        verify(invariants: Invariants.broken(allocator))
        let again = heap.pointee.flushRemoteFrees()
        verify(again == 0)
    }
}
