// The memory of freed huge blocks: kept for a while, within bounds, and with quarantine where nobody finds it.

import Testing

@Suite struct ArenaReserveTests {
    private static let size: UInt = 9 << 20

    private func make() -> Ref<Allocator> {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        return allocator
    }
    private func allocate(_ allocator: Ref<Allocator>, _ byteCount: UInt, isGrowing: Bool = false) throws -> Address {
        try require(allocator.pointee.allocateSingle(byteCount, alignment: 16, isGrowing: isGrowing))
    }
    private func free(_ allocator: Ref<Allocator>, _ block: Address) {
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
    }

    /// A byte in each OS page says whose memory it is.
    private func mark(_ block: Address, _ byteCount: UInt) {
        for offset in stride(from: UInt(0), to: byteCount, by: 4096) { unsafe (block + offset).storeWord(7) }
    }
    private func markedCount(_ block: Address, _ byteCount: UInt) -> Int {
        stride(from: UInt(0), to: byteCount, by: 4096).count { unsafe (block + $0).loadWord() == 7 }
    }

    /// The same memory serves again; with quarantine at another address, and the old one faults.
    @Test func memoryServesAgain() throws {
        let allocator = make()
        let first = try allocate(allocator, Self.size)
        mark(first, Self.size)
        free(allocator, first)
        verify(allocator.pointee.arena.reserve.count == 1 && allocator.pointee.arena.reserve.byteCount == Self.size)
        verify(MemoryProbe.isReadable(first) == !Variant.quarantine)
        verify(invariants: Invariants.broken(allocator))
        let second = try allocate(allocator, Self.size)
        let page = try require(allocator.page(covering: second))
        verify((first == second) == !Variant.quarantine && !page.pointee.isZeroed)
        verify(markedCount(second, Self.size) == Int(Self.size / Unit.osPage))
        verify(allocator.pointee.arena.reserve.count == 0 && page.pointee.isSingleIntact)
        verify(invariants: Invariants.broken(allocator))
        free(allocator, second)
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.reserve.count == 0 && allocator.pointee.arena.reserve.byteCount == 0)
        verify(invariants: Invariants.broken(allocator))
    }

    /// calloc clears it.
    @Test func zeroed() throws {
        let allocator = make()
        let heap = TestAllocator.heap(allocator)
        for _ in 0..<3 {
            let block = try require(heap.pointee.allocateZeroed(Self.size))
            verify(MemoryProbe.isZero(block, byteCount: Self.size))
            mark(block, Self.size)
            TestAllocator.free(block, heap)
        }
    }

    /// The smallest that is not too small; else one that grows; nothing that is much too large, or less than half.
    @Test func whichOne() throws {
        let allocator = make()
        let blocks = try [9, 12, 14].map { try allocate(allocator, $0 << 20) }
        for block in blocks { mark(block, 9 << 20) }
        for block in blocks { free(allocator, block) }
        let reserve = { allocator.pointee.arena.reserve }
        verify(reserve().bestPlace(for: 10 << 20, most: 15 << 20) == 1)
        verify(reserve().bestPlace(for: 10 << 20, most: 11 << 20) == 0)
        verify(reserve().bestPlace(for: 15 << 20, most: 20 << 20) == 2)
        verify(reserve().bestPlace(for: 30 << 20, most: 40 << 20) == nil)
        verify(reserve().bestPlace(for: 4 << 20, most: 6 << 20) == nil)
        let larger = try allocate(allocator, 18 << 20)
        verify(markedCount(larger, 9 << 20) == 9 << 20 / Int(Unit.osPage) && reserve().count == 2)
        verify(MemoryProbe.isZero(larger + 14 << 20, byteCount: 4 << 20))
        let smaller = try allocate(allocator, 11 << 20)
        let page = try require(allocator.page(covering: smaller))
        verify(page.pointee.byteCount == (Variant.quarantine ? 11 << 20 : 12 << 20) && reserve().count == 1)
        verify(invariants: Invariants.broken(allocator))
    }

    /// Where the rest of a block need not fault, one that grows gets room ahead.
    @Test func growing() throws {
        let allocator = make()
        free(allocator, try allocate(allocator, 22 << 20))
        let block = try allocate(allocator, 10 << 20, isGrowing: true)
        let page = try require(allocator.page(covering: block))
        verify(page.pointee.byteCount == (Variant.quarantine ? 10 << 20 : 22 << 20))
    }

    @Test func bounds() throws {
        let allocator = make()
        let tooLarge = try allocate(allocator, ReservedPages.largestByteCount + 1)
        free(allocator, tooLarge)
        verify(allocator.pointee.arena.reserve.count == 0)
        for byteCount in [UInt(8 << 20) + 1, 30 << 20] {
            let blocks = try (0..<ReservedPages.capacity + 4).map { _ in try allocate(allocator, byteCount) }
            for block in blocks {
                free(allocator, block)
                verify(allocator.pointee.arena.reserve.count <= ReservedPages.capacity)
                verify(allocator.pointee.arena.reserve.byteCount <= DetainedPages.largestByteCount)
            }
            verify(allocator.pointee.arena.reserve.count >= 2)
            verify(invariants: Invariants.broken(allocator))
        }
    }

    /// What fits in a segment goes there when there are many mappings already.
    @Test func mappingsByChoice() throws {
        guard Allocator.largestByChoice < Allocator.largestInSegment else { return }
        let allocator = make()
        let first = try allocate(allocator, 2 << 20)
        verify(try require(allocator.page(covering: first)).pointee.kind == .huge)
        allocator.pointee.arena.hugeCount += Arena.mostByChoice
        let second = try allocate(allocator, 2 << 20)
        verify(try require(allocator.page(covering: second)).pointee.kind == .large)
        allocator.pointee.arena.hugeCount -= Arena.mostByChoice
        free(allocator, first)
        free(allocator, second)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// A user may have made some of the block read-only.
    @Test func writableAgain() throws {
        let allocator = make()
        for place in [UInt(0), 1 << 20] {
            let block = try allocate(allocator, Self.size)
            let isSealed = VirtualMemory.seal(block + place, byteCount: Self.size - place)
            verify(isSealed)
            free(allocator, block)
            let next = try allocate(allocator, Self.size)
            for offset in stride(from: UInt(0), to: Self.size, by: 4096) {
                verify(MemoryProbe.isWritable(next + offset))
            }
            free(allocator, next)
            allocator.pointee.arena.purge(dueBy: .max)
        }
    }
}
