// The walk over live blocks: each once, with its size, and none that was freed.

import Testing

@Suite struct BlockWalkTests {
    private func note(_ allocator: Ref<Allocator>, _ block: Address, _ byteCount: UInt) throws {
        let (_, record) = try require(allocator.pointee.recorded(block))
        record.pointee.noteAllocation(7, thread: 1, AllocationOrigin(.malloc), byteCount: byteCount)
    }

    private func walk(_ allocator: Ref<Allocator>) -> [UInt: UInt] {
        var found: [UInt: UInt] = [:]
        var walk = BlockWalk(allocator)
        while let block = walk.next() {
            verify(found[block.start.bits] == nil, "met twice")
            verify(block.record.pointee.allocationStack == 7)
            found[block.start.bits] = block.byteCount
        }
        return found
    }

    @Test func eachOnce() throws {
        guard Variant.blockStacks else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var random = TestRandom(stream: 712)
        var live: [UInt: UInt] = [:]
        verify(walk(allocator).isEmpty)
        for round in 0..<4000 {
            let byteCount =
                round % 200 == 0 ? 200_000 + random.below(1 << 20) : 1 + random.below(round % 20 == 0 ? 100_000 : 600)
            let block = try require(heap.pointee.allocate(byteCount))
            try note(allocator, block, byteCount)
            live[block.bits] = byteCount
            if random.below(2) == 0, let victim = live.randomElement(using: &random)?.key {
                TestAllocator.free(Address(victim), heap)
                live[victim] = nil
            }
            if round % 500 == 0 { verify(walk(allocator) == live) }
        }
        let huge = try require(allocator.pointee.allocateSingle(40 << 20, alignment: 16))
        try note(allocator, huge, 40 << 20)
        live[huge.bits] = 40 << 20
        verify(walk(allocator) == live)
        for block in live.keys { TestAllocator.free(Address(block), heap) }
        verify(walk(allocator).isEmpty)
    }

    /// Any address within a block leads to it, none outside does.
    @Test func covering() throws {
        guard Variant.blockStacks else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for byteCount: UInt in [1, 40, 1000, 70_000, 300_000, 40 << 20] {
            let block =
                byteCount > SizeClass.largestRequest
                ? try require(allocator.pointee.allocateSingle(byteCount, alignment: 16))
                : try require(heap.pointee.allocate(byteCount))
            try note(allocator, block, byteCount)
            for offset in [0, byteCount / 2, byteCount - 1] {
                let found = try require(allocator.pointee.foundBlock(covering: block + offset))
                verify(found.start == block && found.byteCount == byteCount, "\(byteCount) \(offset)")
            }
            TestAllocator.free(block, heap)
            verify(allocator.pointee.foundBlock(covering: block) == nil, "\(byteCount)")
        }
        verify(allocator.pointee.foundBlock(covering: Address(0x1234)) == nil)
        verify(allocator.pointee.foundBlock(covering: Address(UInt.max)) == nil)
    }
}
