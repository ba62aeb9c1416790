// Aligned allocation, and zeroed.

import Testing

@Suite struct HeapAlignedTests {
    @Test func everyAlignment() {
        var shadow = ShadowHeap(heapCount: 1)
        for shift in UInt(0)...23 {
            for byteCount: UInt in [0, 1, 15, 16, 17, 100, 1000, 4096, 5000, 65_537, 131_072, 131_073, 1 << 20] {
                let block = shadow.heaps[0].pointee.allocate(byteCount, alignment: 1 << shift)
                shadow.add(block, byteCount, alignment: 1 << shift)
            }
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    /// Reused blocks, too, are aligned: fill pages and free at random.
    @Test func reusedBlocks() {
        var shadow = ShadowHeap(heapCount: 1)
        var random = TestRandom(stream: 40)
        for _ in 0..<Seed.repetitions(2_000) {
            if shadow.blocks.count < 100 || random.isOne(in: 2) {
                let (byteCount, alignment) = (random.below(9000), UInt(1) << random.below(13))
                shadow.add(
                    shadow.heaps[0].pointee.allocate(byteCount, alignment: alignment), byteCount, alignment: alignment
                )
            } else {
                shadow.free(Int(random.below(UInt(shadow.blocks.count))), by: 0)
            }
        }
        shadow.checkInvariants()
    }

    @Test func impossibleAlignments() {
        let heap = TestAllocator.heap(TestAllocator.make())
        for shift in UInt(47)...63 { verify(heap.pointee.allocate(16, alignment: 1 << shift) == nil) }
        verify(heap.pointee.allocate(UInt(Int.max), alignment: 1 << 62) == nil)
        verify(invariants: Invariants.broken(heap))
    }

    /// An alignment of gigabytes is odd, but the address space has room for it, in every variant.
    @Test(arguments: [1 << 30, 1 << 31, 1 << 32] as [UInt])
    func enormousAlignments(_ alignment: UInt) throws {
        let heap = TestAllocator.heap(TestAllocator.make())
        let block = try require(heap.pointee.allocate(100, alignment: alignment))
        verify(block.isAligned(to: alignment))
        TestAllocator.free(block, heap)
    }

    @Test func zeroedReuse() {
        var shadow = ShadowHeap(heapCount: 1)
        for _ in 0..<3 {
            for byteCount: UInt in [1, 16, 100, 1000, 5000, 70_000, 131_072, 200_000, 3 << 20, 9 << 20] {
                shadow.add(shadow.heaps[0].pointee.allocateZeroed(byteCount), byteCount, isZeroed: true)
            }
            shadow.freeAll(by: 0)  // filled with patterns: the next round must not see them
        }
    }
}
