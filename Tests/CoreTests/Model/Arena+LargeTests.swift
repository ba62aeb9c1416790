// Guards around large blocks, at random distances.

import Testing

@Suite struct ArenaLargeTests {
    /// 1 to 16 OS pages on each side; each number sometimes: one that never comes in 600 draws has probability
    /// 32 · (15/16)⁶⁰⁰ < 10⁻¹⁵.
    @Test func margins() {
        let allocator = TestAllocator.make()
        var fronts: Set<UInt> = []
        var backs: Set<UInt> = []
        for _ in 0..<600 {
            let (front, back) = allocator.pointee.arena.drawLargeMargins()
            fronts.insert(front / Unit.osPage)
            backs.insert(back / Unit.osPage)
            verify(front % Unit.osPage == 0 && back % Unit.osPage == 0)
        }
        let expected: Set<UInt> =
            !Variant.guardPages ? [0] : Variant.randomizedFreeLists ? Set(1...16) : [1]
        verify(fronts == expected && backs == expected)
    }

    /// All of the run that is not the block faults, for every size and alignment; the block does not.
    @Test func everyOSPageOfARun() throws {
        let allocator = TestAllocator.make()
        for byteCount in [131_073, 200_000, 65_536 * 5, 1 << 20] as [UInt] {
            for alignment in [16, 4096, 65_536, 1 << 20] as [UInt] {
                let block = try require(allocator.pointee.allocateSingle(byteCount, alignment: alignment))
                let page = try require(allocator.page(covering: block))
                let start = allocator.pointee.arena.runStart(of: page)
                let count = UInt(page.pointee.sliceCount) * Unit.slice / Unit.osPage
                let size = page.pointee.byteCount
                verify(block.isAligned(to: alignment) && size == byteCount.aligned(up: 4096))
                for index in 0..<count {
                    let place = start + index * Unit.osPage
                    let isBlock = place.offset(from: block) < size
                    let isReadable = [place, place + 4095].map { MemoryProbe.isReadable($0) }
                    verify(
                        isReadable == [isBlock || !Variant.guardPages, isBlock || !Variant.guardPages], "\(index)")
                }
                verify(page.pointee.guardCount == 2 || !Variant.guardPages)
            }
        }
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// Guards go with the block, and count as gone, by either method; without any the block is as good.
    @Test(arguments: [0, 3, 1000] as [UInt])
    func budgets(_ budget: UInt) throws {
        guard Variant.guardPages else { return }
        let allocator = TestAllocator.make(guardBudget: budget)
        let before = allocator.pointee.guards.installedCount
        for _ in 0..<20 {
            let blocks = try (0..<8).map { index in
                try require(allocator.pointee.allocateSingle(140_000 + UInt(index) * 70_000, alignment: 16))
            }
            for block in blocks { unsafe block.storeWord(1) }
            for block in blocks { allocator.pointee.deallocate(block, heapAddress: Address(0x10)) }
            verify(invariants: Invariants.broken(allocator, probesGuards: true))
            allocator.pointee.arena.purge(dueBy: .max)
        }
        verify(allocator.pointee.guards.installedCount <= before + 2 * 3)
        verify((allocator.pointee.guards.refusedCount == 0) == (budget == 1000))
    }
}
