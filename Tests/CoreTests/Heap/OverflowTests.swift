// Changed canaries, as free and realloc see them: which violation, at which address, of how many bytes; enumerated in one
// process each.

import Testing

@Suite struct OverflowTests {
    private static let sizes: [UInt] = [
        1, 7, 8, 15, 24, 40, 41, 56, 64, 100, 200, 500, 1000, 1016, 1017, 3000, 9000, 70_000,
    ]

    /// The bytes behind the requested size that a free looks at and that leave the size legible.
    private static func offsets(_ byteCount: UInt) -> [UInt] {
        let room = SizeClass(requested: byteCount).room
        let fill = min(room - byteCount, Canary.longestFill)
        return Array(byteCount..<byteCount + fill) + [room, room + 1]
    }

    private static func allocate(_ heap: Ref<Heap>, _ byteCount: UInt) -> Address {
        guard let block = heap.pointee.allocate(byteCount) else { fatalError("no memory") }
        return block
    }

    @Test func everyByteAtFree() async {
        guard Variant.paddingCanaries else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            let freers = [heap.address, TestAllocator.heap(allocator).address, Address(0)]
            for byteCount in Self.sizes {
                for offset in Self.offsets(byteCount) {
                    for freer in freers {
                        let block = Self.allocate(heap, byteCount)
                        (block + offset).flip()
                        ReportedLines.expect(.overflow, block, .block(byteCount: byteCount)) {
                            allocator.pointee.deallocate(block, heapAddress: freer)
                        }
                        // The owner takes it over, and finds the seal once more: not the next free.
                        if let page = allocator.page(covering: block) { _ = page.pointee.collect() }
                    }
                }
            }
            for byteCount in [200_000, 9 << 20 + 1] as [UInt] {
                for offset in UInt(0)..<72 {
                    let block = Self.allocate(heap, byteCount)
                    (block + byteCount + offset).flip()
                    ReportedLines.expect(.overflow, block, .block(byteCount: byteCount)) {
                        allocator.pointee.deallocate(block, heapAddress: freers[Int(offset) % 3])
                    }
                }
            }
            // Nothing of it is left: all that is handed out now is well.
            for heap in [heap] {
                ReportedLines.expect(nil, heap.address, .foreign) {
                    let blocks = (0..<4000).map { Self.allocate(heap, Self.sizes[$0 % Self.sizes.count]) }
                    for block in blocks { TestAllocator.free(block, heap) }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 1_000)
    }

    @Test func everyByteAtRealloc() async {
        guard Variant.paddingCanaries else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let heap = TestAllocator.heap(TestAllocator.make())
            for byteCount in Self.sizes {
                for offset in Self.offsets(byteCount) {
                    let block = Self.allocate(heap, byteCount)
                    (block + offset).flip()
                    // To the class's largest size: in place, if that is not too far, and then well again.
                    let room = SizeClass(requested: byteCount).room
                    ReportedLines.expect(.overflow, block, .block(byteCount: byteCount)) {
                        precondition(heap.pointee.reallocate(block, room) == block)
                    }
                    ReportedLines.expect(nil, block, .foreign) { TestAllocator.free(block, heap) }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 600)
    }

    /// A look at all blocks says what is damaged, once, and never changes what is the user's: whatever became of the seal,
    /// which told where that ends.
    @Test func everyByteAtACheck() async {
        guard Variant.paddingCanaries else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let heap = TestAllocator.heap(TestAllocator.make())
            for byteCount in [24, 100, 115, 1000] as [UInt] {
                let end = SizeClass(requested: byteCount).room + Canary.byteCount
                for first in byteCount..<end {
                    for value in [0, 0x5A, 0xFF] as [UInt8] {
                        let block = Self.allocate(heap, byteCount)
                        unsafe block.fill(byteCount: byteCount, withByte: 0x77)
                        // A run that ends with the seal's third byte, where the size is, or at once.
                        for at in first..<max(first + 1, end - 5) { (block + at).byte ^= value }
                        let damaged = heap.pointee.check()
                        precondition(heap.pointee.check() == 0 && damaged <= 1)
                        precondition((0..<byteCount).allSatisfy { (block + $0).byte == 0x77 })
                        TestAllocator.free(block, heap)
                    }
                }
            }
        }
        let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).split(separator: "\n")
        // 8, 12, 13 and 24 places, with two values that change something.
        let count = lines.count { $0.hasPrefix("bulwark: buffer overflow of ") }
        verify(count == 114, "\(count) reports")
    }

    /// Two neighbouring blocks of the class of 64 bytes, 56 requested of each.
    private static func neighbours(_ heap: Ref<Heap>) -> (front: Address, back: Address) {
        var all: Set<UInt> = []
        while true {
            let block = allocate(heap, 56)
            all.insert(block.bits)
            if all.contains(block.bits - 64) { return (block - 64, block) }
            if all.contains(block.bits + 64) { return (block, block + 64) }
        }
    }

    /// The block behind is freed: what of the word in front of it was changed, and from which side.
    @Test func atTheNeighboursFree() async {
        guard Variant.paddingCanaries, Variant.doubleFreeDetection else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            for byte in UInt(0)..<8 {
                // One byte of the seal of a block that uses its last byte.
                // (A heap of its own each: what is damaged stays so.)
                let heap = TestAllocator.heap(allocator)
                let (front, back) = Self.neighbours(heap)
                (front + 56 + byte).flip()
                // The third byte tells the slack: here it still may be 16, and shows at the block's own free.
                let found: Violation? = byte == 0 ? .overflow : byte == 2 ? nil : .underflow
                ReportedLines.expect(found, byte == 0 ? front : back, .block(byteCount: 56)) {
                    TestAllocator.free(back, heap)
                }
                (front + 56 + byte).flip()
                ReportedLines.expect(nil, front, .foreign) { TestAllocator.free(front, heap) }
            }
            for length in UInt(1)...24 {
                // A run of writes from a block of 40 bytes, over 16 of canary and 8 of the seal.
                let heap = TestAllocator.heap(allocator)
                let (front, back) = Self.neighbours(heap)
                precondition(heap.pointee.reallocate(front, 40) == front)
                for offset in 0..<length { (front + 40 + offset).flip() }
                // (By chance what it wrote may look like a canary's first byte: then the other side is blamed.)
                guard let page = heap.pointee.allocator.page(covering: front),
                    !page.pointee.endsInCanaries(front) || length <= 16
                else { continue }
                let subject = Subject.block(byteCount: length <= 18 ? 40 : 56)
                ReportedLines.expect(length > 16 ? .overflow : nil, front, subject) { TestAllocator.free(back, heap) }
                ReportedLines.expect(.overflow, front, subject) { TestAllocator.free(front, heap) }
            }
            for length in UInt(1)...8 {
                // A run of writes downwards from the block behind.
                let heap = TestAllocator.heap(allocator)
                let (front, back) = Self.neighbours(heap)
                precondition(heap.pointee.reallocate(front, 40) == front)
                for distance in 1...length { (back - distance).flip() }
                ReportedLines.expect(.underflow, back, .block(byteCount: 56)) { TestAllocator.free(back, heap) }
            }
            for byte in UInt(0)..<8 where Variant.zeroOnFree {
                // The block in front is free.
                let heap = TestAllocator.heap(allocator)
                let (front, back) = Self.neighbours(heap)
                TestAllocator.free(front, heap)
                (front + 56 + byte).byte = 1
                let found: Violation = byte == 7 ? .underflow : .writeAfterFree
                ReportedLines.expect(found, byte == 7 ? back : front, .block(byteCount: 56)) {
                    TestAllocator.free(back, heap)
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 50)
    }

    /// A write after free, anywhere in the block, is found when the block is to be handed out, and the block then is not.
    @Test func writesAfterFree() async {
        guard Variant.zeroOnFree else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            for byteCount in [16, 100, 1000, 3000, 9000] as [UInt] {
                let room = SizeClass(requested: byteCount).room
                let last = room + Canary.byteCount - 1
                for offset in [0, 1, 7, 8, byteCount / 2, byteCount - 1, last - 7, last] {
                    let heap = TestAllocator.heap(TestAllocator.make())
                    let block = Self.allocate(heap, byteCount)
                    TestAllocator.free(block, heap)
                    (block + offset).byte = 0x55
                    ReportedLines.expect(.writeAfterFree, block, .block(byteCount: room)) {
                        for _ in 0..<2000 { precondition(Self.allocate(heap, byteCount) != block) }
                    }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 40)
    }

    /// Memory that goes back to the kernel at a sweep is looked at before: what was written there after the free is found.
    @Test func writesBeforeAPurge() async {
        guard Variant.zeroOnFree else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            for byteCount in [20_000, 100_000] as [UInt] {
                let room = SizeClass(requested: byteCount).room
                let last = room + Canary.byteCount - 1
                for offset in [0, 1, 7, byteCount / 2, last - 7, last] as [UInt] {
                    let heap = TestAllocator.heap(TestAllocator.make())
                    let (block, other) = (Self.allocate(heap, byteCount), Self.allocate(heap, byteCount))
                    TestAllocator.free(block, heap)
                    TestAllocator.free(other, heap)
                    (block + offset).byte = 0x55
                    ReportedLines.expect(.writeAfterFree, block, .block(byteCount: room)) {
                        heap.pointee.trimMagazines()
                        heap.pointee.trimMagazines()
                    }
                    // It stays out of use: of all equations Page (5) alone, which counts used blocks, does not know of that.
                    precondition(Invariants.broken(heap)?.hasPrefix("Page (5)") ?? true)
                    for _ in 0..<200 { precondition(Self.allocate(heap, byteCount) != block) }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 12)
    }
}
