// Heaps are made once and handed on.

import Testing

@Suite struct HeapPoolTests {
    @Test func handedOn() {
        let allocator = TestAllocator.make()
        let first = TestAllocator.heap(allocator)
        let second = TestAllocator.heap(allocator)
        verify(first != second && first.pointee.address == first.address)
        allocator.pointee.returnHeap(first)
        let third = TestAllocator.heap(allocator)
        verify(third == first)
        let fourth = TestAllocator.heap(allocator)
        verify(fourth != first && fourth != second)
        var all: [Ref<Heap>] = []
        var candidate = allocator.pointee.allHeaps
        while let heap = candidate {
            all.append(heap)
            candidate = heap.pointee.nextHeap
        }
        verify(all.count == 3)
        for heap in all { verify(invariants: Invariants.broken(heap)) }
    }

    /// A parked heap is the next thread's, with its pages; after its time they are abandoned.
    @Test func parked() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(100))
        let page = try require(allocator.page(covering: block))
        allocator.pointee.parkHeap(heap)
        let again = TestAllocator.heap(allocator)
        verify(again == heap && page.pointee.owner.load(ordering: .relaxed) == heap.address.bits)
        verify(again.pointee.queues[Int(page.pointee.sizeClass.index)].first == page)
        verify(invariants: Invariants.broken(again))

        allocator.pointee.parkHeap(heap)
        allocator.pointee.returnParkedHeaps(until: heap.pointee.parkedAt - 1)
        verify(page.pointee.owner.load(ordering: .relaxed) == heap.address.bits)
        allocator.pointee.returnParkedHeaps(until: heap.pointee.parkedAt)
        verify(page.pointee.owner.load(ordering: .relaxed) == Page.unowned)
        verify(allocator.pointee.parkedCount.load(ordering: .relaxed) == 0)
        verify(TestAllocator.heap(allocator) == heap)
        allocator.pointee.deallocate(block, heapAddress: heap.address)
        verify(invariants: Invariants.broken(heap))
        verify(invariants: Invariants.broken(allocator))
    }

    /// No more than so many wait; in any order they can be taken apart.
    @Test func manyParked() throws {
        let allocator = TestAllocator.make()
        let heaps = (0..<Allocator.mostParkedHeaps + 5).map { _ in TestAllocator.heap(allocator) }
        // All before any is parked: a heap that needs a page looks there.
        for heap in heaps { _ = try require(heap.pointee.allocate(100)) }
        for (index, heap) in heaps.enumerated() {
            allocator.pointee.parkHeap(heap)
            heap.pointee.parkedAt = UInt64(index % 7)
        }
        verify(allocator.pointee.parkedCount.load(ordering: .relaxed) == Allocator.mostParkedHeaps)
        for time in UInt64(0)..<7 {
            allocator.pointee.returnParkedHeaps(until: time)
            var candidate = allocator.pointee.parkedHeaps
            while let heap = candidate {
                verify(heap.pointee.parkedAt > time)
                candidate = heap.pointee.nextSpare
            }
        }
        verify(allocator.pointee.parkedHeaps == nil)
        verify(allocator.pointee.statistics().usedCount == UInt(heaps.count))
        verify(invariants: Invariants.broken(allocator))
    }

    /// A heap that needs a page takes it from a parked one, whose other pages stay.
    @Test func parkedPagesServeWhoNeedsOne() throws {
        let allocator = TestAllocator.make()
        let (heap, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let block = try require(heap.pointee.allocate(100))
        let page = try require(allocator.page(covering: block))
        let second = try require(heap.pointee.allocate(1000))
        allocator.pointee.parkHeap(heap)
        _ = try require(other.pointee.allocate(100))
        verify(allocator.pointee.parkedCount.load(ordering: .relaxed) == 1)
        verify(page.pointee.owner.load(ordering: .relaxed) == other.address.bits)
        let left = try require(allocator.page(covering: second))
        verify(left.pointee.owner.load(ordering: .relaxed) == heap.address.bits)
        verify(invariants: Invariants.broken(heap))
        // Before anybody can have the parked heap again, the page is another's.
        verify(allocator.pointee.takeParkedPage(left.pointee.sizeClass, for: other.address) == left)
        verify(left.pointee.owner.load(ordering: .relaxed) == other.address.bits)
        verify(allocator.pointee.parkedCount.load(ordering: .relaxed) == 1)
        other.pointee.adopt(left)
        verify(invariants: Invariants.broken(heap))
        verify(invariants: Invariants.broken(other))
        verify(invariants: Invariants.broken(allocator))
    }

    /// The next user draws other numbers than the last one would have.
    @Test func newRandomNumbers() {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var twin = heap.pointee.random
        allocator.pointee.returnHeap(heap)
        let again = TestAllocator.heap(allocator)
        let (a, b) = (again.pointee.random.next(), twin.next())
        verify(a != b)
    }

    @Test func fallbackHeap() throws {
        let allocator = TestAllocator.make()
        var used: Ref<Heap>?
        let block = allocator.pointee.withFallbackHeap(allocator) { heap in
            used = heap
            return heap.pointee.allocate(100)
        }
        let second = allocator.pointee.withFallbackHeap(allocator) { $0.pointee.allocate(100) }
        let page = try require(allocator.page(covering: try require(block)))
        verify(used != nil && used == allocator.pointee.fallbackHeap)
        verify(page.pointee.owner.load(ordering: .relaxed) == used?.address.bits)
        allocator.pointee.deallocate(try require(block), heapAddress: Address(0x10))
        allocator.pointee.deallocate(try require(second), heapAddress: Address(0x10))
        verify(invariants: Invariants.broken(allocator))
    }
}
