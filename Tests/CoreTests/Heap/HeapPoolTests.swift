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
