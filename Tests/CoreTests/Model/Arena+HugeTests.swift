// Huge blocks: mappings of their own.

import Testing

@Suite struct ArenaHugeTests {
    private static let size: UInt = 9 << 20

    private func make(_ allocator: Ref<Allocator>, _ byteCount: UInt, alignment: UInt = 16) throws -> Address {
        let block = try require(allocator.pointee.allocateSingle(byteCount, alignment: alignment))
        let page = try require(allocator.page(covering: block))
        verify(page.pointee.kind == .huge && page.pointee.origin == block && page.pointee.isZeroed)
        verify(page.pointee.byteCount == byteCount.aligned(up: 4096) && block.isAligned(to: alignment))
        checkEnds(page)
        return block
    }

    private func checkEnds(_ page: Ref<Page>) {
        let (block, byteCount) = (page.pointee.origin, page.pointee.byteCount)
        verify(MemoryProbe.isWritable(block) && MemoryProbe.isWritable(block + (byteCount - 1)))
        if Variant.guardPages {
            verify(!MemoryProbe.isReadable(block - 1) && !MemoryProbe.isReadable(block + byteCount))
        }
    }

    private func fill(_ block: Address, _ byteCount: UInt) {
        for offset in stride(from: UInt(0), to: byteCount, by: 4096) {
            unsafe (block + offset).storeWord(UInt64(offset) + 1)
        }
    }

    private func checkFill(_ block: Address, _ byteCount: UInt) {
        for offset in stride(from: UInt(0), to: byteCount, by: 4096) {
            let word = unsafe (block + offset).loadWord()
            if word != UInt64(offset) + 1 {
                verify(false, "content at \(offset)")
                return
            }
        }
    }

    /// The sum with the guards may not wrap, nor be more than an address space has.
    @Test func enormous() {
        for byteCount in [.max, .max - 4096, .max - 131_072, 1 << 63, UInt(Int.max), UInt(Int.max) - 65_535] as [UInt]
        {
            for leading in [0, 4096, 65_536] as [UInt] {
                let total = Arena.mappingByteCount(byteCount.aligned(down: Unit.osPage), leading)
                verify(total == nil, "\(byteCount), \(leading): \(total ?? 0)")
            }
        }
        verify(Arena.mappingByteCount(1 << 40, 4096) == (1 << 40) + 65_536 || !Variant.guardPages)
    }

    @Test func mapAndUnmap() throws {
        let allocator = TestAllocator.make()
        let block = try make(allocator, Self.size + 1)
        let page = try require(allocator.page(covering: block))
        let mapping = Arena.hugeMapping(of: page)
        verify(allocator.pointee.arena.hugeByteCount == mapping.byteCount)
        // A guard in front, one behind, and no more than the rest of a slice.
        let guardByteCount = Variant.guardPages ? Unit.osPage : 0
        verify(block.offset(from: mapping.start) == guardByteCount)
        verify(mapping.byteCount - page.pointee.byteCount - 2 * guardByteCount < Unit.slice)
        verify(MemoryProbe.isZero(block, byteCount: 1 << 16))
        for offset in stride(from: UInt(0), to: mapping.byteCount, by: 4096) {
            verify(allocator.page(covering: mapping.start + offset) == page)
        }
        verify(invariants: Invariants.broken(allocator))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        allocator.releaseDetained()
        for offset in stride(from: UInt(0), to: mapping.byteCount, by: 4096) {
            verify(allocator.page(covering: mapping.start + offset) == nil)
        }
        verify(allocator.pointee.arena.hugeByteCount == 0 && allocator.pointee.arena.hugePages == nil)
        // The descriptor serves again (with quarantine there are two, one for memory that moved).
        let second = try make(allocator, Self.size)
        verify(allocator.page(covering: second) == page || Variant.quarantine)
        allocator.pointee.deallocate(second, heapAddress: Address(0x10))
    }

    @Test(arguments: [4096, 1 << 16, 1 << 20, 1 << 25, 1 << 30] as [UInt])
    func aligned(_ alignment: UInt) throws {
        let allocator = TestAllocator.make()
        let block = try make(allocator, Self.size, alignment: alignment)
        verify(invariants: Invariants.broken(allocator))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        allocator.releaseDetained()
        verify(allocator.pointee.arena.hugeByteCount == 0)
    }

    @Test func smallBlockAtLargeAlignment() throws {
        let allocator = TestAllocator.make()
        let block = try make(allocator, 100, alignment: 8 << 20)
        verify(allocator.pointee.statistics().hugeCount == 1)
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
    }

    @Test func growAndShrink() throws {
        let allocator = TestAllocator.make()
        var block = try make(allocator, Self.size)
        fill(block, Self.size)
        let neighbour = try make(allocator, Self.size)
        fill(neighbour, Self.size)
        var kept = Self.size
        for byteCount in [10 << 20, 33 << 20, 12 << 20, 70 << 20, 9 << 20] as [UInt] {
            let page = try require(allocator.page(covering: block))
            let old = Arena.hugeMapping(of: page)
            let didClaim = page.pointee.claim()
            let didResize = allocator.pointee.arena.resizeHuge(page, toByteCount: byteCount)
            page.pointee.changeState { $0.isUnowned = true }
            verify(didClaim && didResize && page.pointee.byteCount == byteCount && !page.pointee.isZeroed)
            block = page.pointee.origin
            kept = min(kept, byteCount)
            checkFill(block, kept)
            checkEnds(page)
            if old.start != Arena.hugeMapping(of: page).start {
                verify(allocator.page(covering: old.start) == nil)
                verify(allocator.page(covering: old.start + (old.byteCount - 1)) == nil)
            }
            verify(invariants: Invariants.broken(allocator))
            // What was beyond the old end is zero.
            fill(block, byteCount)
            kept = byteCount
        }
        checkFill(neighbour, Self.size)
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        allocator.pointee.deallocate(neighbour, heapAddress: Address(0x10))
        allocator.releaseDetained()
        verify(allocator.pointee.arena.hugeByteCount == 0)
    }

    @Test func sameSize() throws {
        let allocator = TestAllocator.make()
        let block = try make(allocator, Self.size)
        let page = try require(allocator.page(covering: block))
        let didResize = allocator.pointee.arena.resizeHuge(page, toByteCount: Self.size - 100)
        verify(didResize && page.pointee.origin == block && page.pointee.isZeroed)
    }

    @Test func impossibleSizes() throws {
        let allocator = TestAllocator.make()
        let block = try make(allocator, Self.size)
        fill(block, Self.size)
        let page = try require(allocator.page(covering: block))
        for byteCount in [1 << 50, UInt(Int.max) - 8192, UInt(Int.max)] as [UInt] {
            let didResize = allocator.pointee.arena.resizeHuge(page, toByteCount: byteCount)
            verify(!didResize)
            verify(allocator.pointee.arena.mapHuge(byteCount: byteCount, alignment: 16) == nil)
        }
        verify(allocator.pointee.arena.mapHuge(byteCount: 4096, alignment: 1 << 62) == nil)
        checkFill(block, Self.size)
        verify(invariants: Invariants.broken(allocator))
        verify(allocator.page(covering: block) == page)
    }

    @Test func manyInAnyOrder() throws {
        let allocator = TestAllocator.make()
        var random = TestRandom(stream: 21)
        var blocks: [Address] = []
        for _ in 0..<Seed.repetitions(120) {
            if blocks.count < 2 || (blocks.count < 20 && random.isOne(in: 2)) {
                blocks.append(
                    try require(allocator.pointee.allocateSingle(Self.size + random.below(4 << 20), alignment: 16)))
            } else {
                let block = blocks.remove(at: Int(random.below(UInt(blocks.count))))
                allocator.pointee.deallocate(block, heapAddress: Address(0x10))
                verify(!allocator.hasSingle(at: block))
                verify(Variant.quarantine || Variant.doubleFreeDetection || allocator.page(covering: block) == nil)
            }
            verify(invariants: Invariants.broken(allocator))
            verify(allocator.pointee.statistics().hugeCount == UInt(blocks.count))
        }
    }
}
