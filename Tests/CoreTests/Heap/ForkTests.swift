// fork's handlers, without a fork: locks are taken and freed, and the child's secrets are its own.

import Testing

@Suite struct ForkTests {
    private func useEverything(_ allocator: Ref<Allocator>, _ heap: Ref<Heap>) throws {
        let blocks = try [100, 200_000, 9 << 20].map { try require(heap.pointee.allocate($0)) }
        for block in blocks { TestAllocator.free(block, heap) }
        allocator.pointee.returnHeap(TestAllocator.heap(allocator))
        _ = allocator.pointee.withFallbackHeap(allocator) { $0.pointee.allocate(10) }
        verify(invariants: Invariants.broken(allocator))
    }

    @Test func parentGoesOn() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for _ in 0..<3 {
            allocator.pointee.prepareFork()
            allocator.pointee.resumeParent()
            try useEverything(allocator, heap)
        }
    }

    @Test func childGoesOn() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let inherited = try require(TestAllocator.heap(allocator).pointee.allocate(64))
        _ = allocator.pointee.withFallbackHeap(allocator) { $0.pointee.allocate(10) }
        var parents = heap.pointee.random
        allocator.pointee.prepareFork()
        allocator.pointee.resumeChild(heap.address)
        let (a, b) = (heap.pointee.random.next(), parents.next())
        verify(a != b)
        try useEverything(allocator, heap)
        // A block of a thread that is gone.
        TestAllocator.free(inherited, heap)
        try useEverything(allocator, heap)
    }

    @Test func childWithoutHeap() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.prepareFork()
        allocator.pointee.resumeChild(Address(0))
        try useEverything(allocator, TestAllocator.heap(allocator))
    }
}
