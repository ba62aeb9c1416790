// free where blocks wait for long: how long, what becomes of them, and that writes to them are found.

import Testing

@Suite struct HeapWaitingTests {
    private let limit: UInt = 1 << 20

    private func make() -> (Ref<Allocator>, Ref<Heap>) {
        let allocator = TestAllocator.make { $0[.quarantineBytes] = limit }
        return (allocator, TestAllocator.heap(allocator))
    }

    /// No block serves again before as many bytes as the option says were freed after it.
    @Test(arguments: [16, 100, 1000, 5000, 20_000, 100_000] as [UInt])
    func waitsForItsBytes(_ byteCount: UInt) throws {
        guard Variant.longQuarantine else { return }
        let (allocator, heap) = make()
        var freedAt: [UInt: UInt] = [:]
        var freed: UInt = 0
        let size = SizeClass(requested: byteCount).blockByteCount
        for _ in 0..<4 * limit / size {
            let block = try require(heap.pointee.allocate(byteCount))
            if let before = freedAt[block.bits] { verify(freed - before >= limit - size, "after \(freed - before)") }
            TestAllocator.free(block, heap)
            freed += size
            freedAt[block.bits] = freed
            verify(heap.pointee.waiting.byteCount <= limit)
        }
        verify(UInt(freedAt.count) * size <= 2 * limit + (4 << 20), "blocks do serve again")
        verify(invariants: Invariants.broken(heap))
        verify(allocator.pointee.statistics().usedCount == 0)
    }

    /// Several heaps share the bytes.
    @Test func heapsShare() throws {
        guard Variant.longQuarantine else { return }
        let (allocator, first) = make()
        let others = (0..<3).map { _ in TestAllocator.heap(allocator) }
        for heap in [first] + others {
            for _ in 0..<2 * limit / 1000 { TestAllocator.free(try require(heap.pointee.allocate(1000)), heap) }
            verify(heap.pointee.waiting.byteCount <= limit / 4)
        }
    }

    /// All is given back when the heap's thread ends, or when the program wants it.
    @Test func givenBack() throws {
        guard Variant.longQuarantine else { return }
        let (_, heap) = make()
        for byteCount: UInt in [40, 400, 4000, 40_000] {
            for _ in 0..<20 { TestAllocator.free(try require(heap.pointee.allocate(byteCount)), heap) }
        }
        verify(heap.pointee.waiting.count == 80)
        heap.pointee.releaseWaiting()
        verify(heap.pointee.waiting.count == 0)
        verify(invariants: Invariants.broken(heap))
        heap.pointee.releaseEmptyPages()
        verify(invariants: Invariants.broken(heap))
    }

    /// A write is found by a check while the block waits, and once only; and when the block leaves.
    @Test func writesAreFound() async {
        guard Variant.longQuarantine, Variant.heapChecks else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make { $0[.quarantineBytes] = 1 << 20 }
            let heap = TestAllocator.heap(allocator)
            for byteCount: UInt in [16, 100, 5000, 20_000] {
                for isCheck in [true, false] {
                    guard let block = heap.pointee.allocate(byteCount) else { fatalError("no memory") }
                    let room = SizeClass(requested: byteCount).room
                    TestAllocator.free(block, heap)
                    (block + byteCount / 2).byte ^= 0x21
                    ReportedLines.expect(.writeAfterFree, block, .block(byteCount: room)) {
                        if isCheck { _ = heap.pointee.check() } else { heap.pointee.releaseWaiting() }
                    }
                    ReportedLines.expect(nil, block, .foreign) { _ = heap.pointee.check() }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 16)
    }

    /// A write is found 64 frees later, though the block goes on waiting.
    @Test func writesAreFoundSoon() async {
        guard Variant.longQuarantine else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make { $0[.quarantineBytes] = 1 << 20 }
            let heap = TestAllocator.heap(allocator)
            let blocks = (0..<66).compactMap { _ in heap.pointee.allocate(100) }
            TestAllocator.free(blocks[0], heap)
            (blocks[0] + 50).byte = 0
            let room = SizeClass(requested: 100).room
            ReportedLines.expect(nil, blocks[0], .foreign) {
                for block in blocks[1..<64] { TestAllocator.free(block, heap) }
            }
            ReportedLines.expect(.writeAfterFree, blocks[0], .block(byteCount: room)) {
                TestAllocator.free(blocks[64], heap)
            }
            ReportedLines.expect(nil, blocks[0], .foreign) { TestAllocator.free(blocks[65], heap) }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 3)
    }

    /// What another thread freed, and nobody has taken over yet, is looked at too.
    @Test func remoteFreesAreChecked() async {
        guard Variant.zeroOnFree else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            for byteCount: UInt in [40, 5000, 20_000] {
                guard let block = heap.pointee.allocate(byteCount) else { fatalError("no memory") }
                allocator.pointee.deallocate(block, heapAddress: Address(0))
                (block + byteCount / 2).byte ^= 0x21
                ReportedLines.expect(.writeAfterFree, block, .block(byteCount: SizeClass(requested: byteCount).room))
                {
                    _ = heap.pointee.check()
                }
                ReportedLines.expect(nil, block, .foreign) { _ = heap.pointee.check() }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 6)
    }
}
