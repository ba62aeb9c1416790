// Handles of heaps.

import Testing

@Suite struct HeapTableTests {
    /// A handle leads to its heap until it is taken away, and never again; nothing else does.
    @Test func untilItIsTakenAway() {
        let allocator = TestAllocator.make()
        let heaps = [TestAllocator.heap(allocator), TestAllocator.heap(allocator)]
        verify(allocator.pointee.heaps.heap(1 << 63 | 1 << 20 | 1 << 4) == nil, "the table is not made yet")
        for heap in heaps {
            let isNamed = allocator.pointee.nameHeap(heap)
            verify(isNamed && heap.pointee.handle >> 63 == 1)
        }
        let handles = heaps.map { $0.pointee.handle }
        verify(handles[0] != handles[1])
        for (heap, handle) in zip(heaps, handles) {
            verify(allocator.pointee.heaps.heap(handle) == heap)
            for bit in 0..<64 {
                let other = allocator.pointee.heaps.heap(handle ^ 1 << UInt(bit))
                verify(other == nil || handles.contains(handle ^ 1 << UInt(bit)), "bit \(bit)")
            }
        }
        for nothing in [0, 1, heaps[0].address.bits, UInt.max] {
            verify(allocator.pointee.heaps.heap(nothing) == nil)
        }
        allocator.pointee.heaps.remove(heaps[0], allocator.pointee.heapsLock)
        verify(heaps[0].pointee.handle == 0 && allocator.pointee.heaps.heap(handles[0]) == nil)
        verify(allocator.pointee.heaps.heap(handles[1]) == heaps[1])
    }

    /// The place of a handle that was taken away serves again, under another generation.
    @Test func placesServeAgain() {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var seen: Set<UInt> = []
        for _ in 0..<1000 {
            let isNamed = allocator.pointee.nameHeap(heap)
            let handle = heap.pointee.handle
            verify(isNamed && HeapTable.place(of: handle) == 1 && seen.insert(handle).inserted)
            verify(allocator.pointee.heaps.heap(handle) == heap)
            allocator.pointee.heaps.remove(heap, allocator.pointee.heapsLock)
        }
        for handle in seen { verify(allocator.pointee.heaps.heap(handle) == nil) }
    }

    /// 65,535 heaps have places, and no more.
    @Test func full() {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var count = 0
        while allocator.pointee.nameHeap(heap), count < 70_000 { count += 1 }
        verify(count == 65_535, "\(count)")
        let last = heap.pointee.handle
        verify(allocator.pointee.heaps.heap(last) == heap)
        allocator.pointee.heaps.remove(heap, allocator.pointee.heapsLock)
        let isNamed = allocator.pointee.nameHeap(heap)
        verify(isNamed && HeapTable.place(of: heap.pointee.handle) == HeapTable.place(of: last))
    }
}
