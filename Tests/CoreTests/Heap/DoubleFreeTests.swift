// Every second free and every free of no block's start, by whom it may be: enumerated in one process each, line by line.

import Testing

@Suite struct DoubleFreeTests {
    /// Who frees: the block's owner, another heap, a thread without one.
    private static func freers(_ allocator: Ref<Allocator>, _ owner: Ref<Heap>) -> [Address] {
        [owner.address, TestAllocator.heap(allocator).address, Address(0)]
    }

    /// All classes, a large block, a huge one, an aligned one of a class and one of its own.
    private static func forEachBlock(_ heap: Ref<Heap>, _ body: (Address, UInt) -> Void) {
        for sizeClass in SizeClass.all {
            guard let block = heap.pointee.allocate(sizeClass.room) else { fatalError("no memory") }
            body(block, sizeClass.room)
        }
        for (byteCount, alignment) in [(200_001, 16), (9 << 20, 16), (300, 65_536), (4096, 4096), (24, 512)]
            as [(UInt, UInt)]
        {
            guard let block = heap.pointee.allocate(byteCount, alignment: alignment),
                let page = heap.pointee.allocator.page(covering: block)
            else { fatalError("no memory") }
            // Without canaries a block of its own is as large as its OS pages.
            let single = Variant.paddingCanaries ? byteCount : page.pointee.byteCount
            body(block, page.pointee.kind == .blocks ? page.pointee.roomByteCount : single)
        }
    }

    @Test func everySecondFree() async {
        guard Variant.doubleFreeDetection else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            allocator.pointee.arena.purgeDelay = 3_600_000
            let heap = TestAllocator.heap(allocator)
            let freers = Self.freers(allocator, heap)
            for first in freers {
                for second in freers {
                    Self.forEachBlock(heap) { block, room in
                        allocator.pointee.deallocate(block, heapAddress: first)
                        ReportedLines.expect(.doubleFree, block, .block(byteCount: room)) {
                            allocator.pointee.deallocate(block, heapAddress: second)
                        }
                    }
                }
            }
            if Variant.zeroSizeTraps, let trap = heap.pointee.allocate(0) {
                allocator.pointee.deallocate(trap, heapAddress: heap.address)
                for freer in freers {
                    ReportedLines.expect(.doubleFree, trap, .block(byteCount: 0)) {
                        allocator.pointee.deallocate(trap, heapAddress: freer)
                    }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 9 * (SizeClass.count + 5))
    }

    /// realloc and malloc_usable_size of what was freed.
    @Test func everyUseOfFreed() async {
        guard Variant.doubleFreeDetection else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            allocator.pointee.arena.purgeDelay = 3_600_000
            let heap = TestAllocator.heap(allocator)
            for freer in Self.freers(allocator, heap) {
                Self.forEachBlock(heap) { block, room in
                    allocator.pointee.deallocate(block, heapAddress: freer)
                    ReportedLines.expect(.reallocationOfFreed, block, .block(byteCount: room)) {
                        precondition(heap.pointee.reallocate(block, 10) == nil)
                    }
                    ReportedLines.expect(.invalidUsableSize, block, .block(byteCount: room)) {
                        precondition(allocator.pointee.usableByteCount(block) == 0)
                    }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 6 * (SizeClass.count + 5))
    }

    /// Every byte inside a block of up to 256 bytes; of others the first and last 32, and some between.
    @Test func everyInterior() async {
        guard Variant.doubleFreeDetection else { return }
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            ReportedLines.goOn()
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            let freers = Self.freers(allocator, heap)
            var freer = 0
            Self.forEachBlock(heap) { block, room in
                let some = stride(from: 1, to: room, by: Int(max(1, room / 50)))
                let offsets = room <= 256 ? Array(1..<room) : Array(1...32) + Array(some) + Array(room - 32..<room)
                for offset in offsets {
                    freer = (freer + 1) % 3
                    ReportedLines.expect(.invalidFree, block + offset, .inside(byteCount: room)) {
                        allocator.pointee.deallocate(block + offset, heapAddress: freers[freer])
                    }
                }
                ReportedLines.expect(nil, block, .foreign) {
                    allocator.pointee.deallocate(block, heapAddress: freers[0])
                }
            }
            if Variant.zeroSizeTraps, let trap = heap.pointee.allocate(0) {
                for offset in 1...15 as ClosedRange<UInt> {
                    ReportedLines.expect(.invalidFree, trap + offset, .inside(byteCount: 0)) {
                        allocator.pointee.deallocate(trap + offset, heapAddress: freers[Int(offset) % 3])
                    }
                }
            }
        }
        ReportedLines.verifyAll(result?.standardErrorContent, least: 5_000)
    }
}
