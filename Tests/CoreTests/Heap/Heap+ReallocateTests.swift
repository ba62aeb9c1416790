// realloc.

import Testing

@Suite struct HeapReallocateTests {
    @Test func everyPairOfSizes() {
        var shadow = ShadowHeap(heapCount: 1)
        let sizes: [UInt] = [
            1, 8, 16, 17, 63, 64, 100, 128, 129, 1024, 1025, 4096, 9000, 65_536, 131_072, 131_073, 300_000, 2 << 20,
            9 << 20, 12 << 20,
        ]
        for from in sizes {
            for to in sizes {
                shadow.allocate(from, in: 0)
                shadow.reallocate(shadow.blocks.count - 1, to, by: 0)
                shadow.freeAll(by: 0)
            }
        }
        shadow.checkInvariants()
        shadow.endAndCheckNothingIsLeft()
    }

    @Test func growsStepByStep() {
        var shadow = ShadowHeap(heapCount: 1)
        shadow.allocate(1, in: 0)
        var byteCount: UInt = 1
        while byteCount < 24 << 20 {
            byteCount += max(1, byteCount / 3)
            shadow.reallocate(0, byteCount, by: 0)
        }
        while byteCount > 1 {
            byteCount = byteCount * 2 / 3
            shadow.reallocate(0, byteCount, by: 0)
        }
        shadow.checkInvariants()
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    /// A buffer that grows line by line moves as often as one that grows by a quarter each time; its size stays exact.
    @Test func smallStepsMoveSeldom() throws {
        let heap = TestAllocator.heap(TestAllocator.make())
        for step in [1, 16, 48] as [UInt] {
            var byteCount: UInt = 64
            var block = try require(heap.pointee.allocate(byteCount))
            var moves = 0
            while byteCount < 100_000 {
                (block + (byteCount - 1)).byte = UInt8(truncatingIfNeeded: byteCount)
                byteCount += step
                let next = try require(heap.pointee.reallocate(block, byteCount))
                let last = byteCount - step
                if (next + (last - 1)).byte != UInt8(truncatingIfNeeded: last) { verify(false, "content at \(last)") }
                if next != block { moves += 1 }
                block = next
                if Variant.paddingCanaries, heap.pointee.allocator.pointee.usableByteCount(block) != byteCount {
                    verify(false, "size at \(byteCount)")
                }
            }
            // 1.25³³ > 100,000 / 64; small blocks have few classes.
            verify(moves <= 40, "\(moves) moves by \(step)")
            heap.pointee.allocator.pointee.deallocate(block, heapAddress: heap.address)
        }
        verify(invariants: Invariants.broken(heap))
    }

    @Test func inPlaceWhereTheClassAllows() throws {
        let heap = TestAllocator.heap(TestAllocator.make())
        let block = try require(heap.pointee.allocate(100))
        let room = SizeClass(requested: 100).room
        for byteCount in room / 2 + 1...room { verify(heap.pointee.reallocate(block, byteCount) == block) }
        // Back from its largest size, by every step.
        for byteCount in stride(from: room, to: room / 2, by: -1) {
            verify(heap.pointee.reallocate(block, byteCount) == block)
        }
        verify(invariants: Invariants.broken(heap))
        let moved = try require(heap.pointee.reallocate(block, 20))
        verify(moved != block)
        let least = try require(heap.pointee.allocate(SizeClass(index: 0).room))
        verify(heap.pointee.reallocate(least, 1) == least)
    }

    /// Where there is no memory the old block stays as it was.
    @Test(arguments: [100, 200_000, 10 << 20] as [UInt])
    func failure(_ byteCount: UInt) {
        var shadow = ShadowHeap(heapCount: 1)
        shadow.allocate(byteCount, in: 0)
        for impossible in [1 << 48, UInt(Int.max), UInt(Int.max) + 1, .max] as [UInt] {
            verify(shadow.heaps[0].pointee.reallocate(shadow.blocks[0].address, impossible) == nil)
            shadow.checkBlocks()
        }
        shadow.checkInvariants()
        shadow.freeAll(by: 0)
        shadow.endAndCheckNothingIsLeft()
    }

    /// Another heap's block: the new one is the caller's, the old one goes back to its owner.
    @Test func anotherHeapsBlock() throws {
        var shadow = ShadowHeap(heapCount: 2)
        for byteCount: UInt in [10, 500, 70_000, 200_000, 9 << 20] {
            shadow.allocate(byteCount, in: 0)
            shadow.reallocate(shadow.blocks.count - 1, byteCount * 3, by: 1)
        }
        shadow.checkBlocks()
        shadow.checkInvariants()
        let small = try require(shadow.allocator.page(covering: shadow.blocks[0].address))
        verify(small.pointee.owner.load(ordering: .relaxed) == shadow.heaps[1].address.bits)
        shadow.freeAll(by: 1)
        shadow.endAndCheckNothingIsLeft()
    }
}
