// The look at all blocks: whatever is damaged is found once, whoever's page it is in; what is sound never is.

import Testing

@Suite struct HeapCheckTests {
    private static let sizes: [UInt] = [1, 24, 100, 1000, 5000, 70_000, 200_000, 9 << 20 + 1]

    private static func allocate(_ heap: Ref<Heap>, _ byteCount: UInt) -> Address {
        guard let block = heap.pointee.allocate(byteCount) else { fatalError("no memory") }
        return block
    }

    @Test func soundHeap() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        var blocks: [Address] = []
        for round in 0..<2000 {
            let block = try require(heap.pointee.allocate(Self.sizes[round % 6]))
            unsafe block.fill(byteCount: Self.sizes[round % 6], withByte: 0x5A)
            blocks.append(block)
            if round % 3 == 0 { TestAllocator.free(blocks.remove(at: round / 2 % blocks.count), heap) }
        }
        verify(allocator.pointee.checkHeap(heap.address) == 0)
        verify(allocator.pointee.checkHeap(Address(0)) == 0)
    }

    /// Bytes behind blocks of every kind.
    @Test func overflows() async {
        guard Variant.paddingCanaries else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            for byteCount in Self.sizes {
                let allocator = TestAllocator.make()
                let heap = TestAllocator.heap(allocator)
                let neighbours = (0..<10).map { _ in Self.allocate(heap, byteCount) }
                let block = neighbours[5]
                (block + byteCount).flip()
                ReportedLines.expect(.overflow, block, .block(byteCount: byteCount)) {
                    guard allocator.pointee.checkHeap(heap.address) == 1 else { fatalError("not counted") }
                }
                // Reported once: small ones are put right; the others while there is one thread, of which nobody can be sure here.
                if byteCount <= SizeClass.largestRequest {
                    ReportedLines.expect(nil, block, .foreign) {
                        guard allocator.pointee.checkHeap(heap.address) == 0 else { fatalError("found again") }
                    }
                }
                for other in neighbours where other != block { TestAllocator.free(other, heap) }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: Self.sizes.count)
    }

    /// A heap whose thread has ended is looked at too; another thread's is not.
    @Test func parkedHeaps() async {
        guard Variant.paddingCanaries else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            let (own, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
            let block = Self.allocate(other, 40)
            (block + 40).flip()
            ReportedLines.expect(nil, block, .foreign) { _ = allocator.pointee.checkHeap(own.address) }
            allocator.pointee.parkHeap(other)
            ReportedLines.expect(.overflow, block, .block(byteCount: 40)) {
                guard allocator.pointee.checkHeap(own.address) == 1 else { fatalError("not counted") }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 2)
    }

    /// A write into a freed block, before anybody allocates it again.
    @Test func writesAfterFree() async {
        guard Variant.zeroOnFree else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            for byteCount in Self.sizes.prefix(5) where byteCount >= 24 {
                let blocks = (0..<50).map { _ in Self.allocate(heap, byteCount) }
                for block in blocks { TestAllocator.free(block, heap) }
                (blocks[20] + 16).flip()
                guard allocator.pointee.checkHeap(heap.address) == 1, allocator.pointee.checkHeap(heap.address) == 0
                else {
                    fatalError("\(byteCount): not found once")
                }
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        verify(
            text.split(separator: "\n").count { $0.hasPrefix("bulwark: write into freed memory at 0x") } == 4, text)
    }
}
