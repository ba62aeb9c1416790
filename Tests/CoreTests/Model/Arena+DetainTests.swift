// Freed large and huge blocks: inaccessible at once, known to be freed, and not the next of their size.

import Testing

@Suite struct ArenaDetainTests {
    private func make() -> Ref<Allocator> {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 3_600_000
        return allocator
    }
    private func allocate(_ allocator: Ref<Allocator>, _ byteCount: UInt, alignment: UInt = 16) throws -> Address {
        try require(allocator.pointee.allocateSingle(byteCount, alignment: alignment))
    }
    private func free(_ allocator: Ref<Allocator>, _ block: Address) {
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
    }

    @Test(arguments: [200_000, 3 << 20, 9 << 20, 40 << 20] as [UInt])
    func nobodyCanAccess(_ byteCount: UInt) throws {
        guard Variant.quarantine else { return }
        let allocator = make()
        let block = try allocate(allocator, byteCount)
        let page = try require(allocator.page(covering: block))
        free(allocator, block)
        for offset in stride(from: UInt(0), to: byteCount, by: 65_537) {
            verify(!MemoryProbe.isReadable(block + offset))
        }
        verify(allocator.page(covering: block) == page && allocator.pointee.liveByteCount(page, block) == nil)
        verify(allocator.pointee.statistics().usedCount == 0 && allocator.pointee.statistics().hugeCount == 0)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        allocator.releaseDetained()
        verify(allocator.page(covering: block) == nil)
        verify(invariants: Invariants.broken(allocator))
    }

    /// Not the one that was freed last; each of the others sometimes. With 8 to choose from, one that never comes in 400
    /// tries has probability 8 · (7/8)⁴⁰⁰ < 10⁻²².
    @Test func neverTheNext() throws {
        guard Variant.quarantine else { return }
        let allocator = make()
        let blocks = try (0..<9).map { _ in try allocate(allocator, 300_000) }
        for block in blocks { free(allocator, block) }
        var last = blocks[8]
        var counts: [UInt: Int] = [:]
        for _ in 0..<400 {
            let block = try allocate(allocator, 300_000)
            verify(block != last && blocks.contains(block))
            verify(MemoryProbe.isWritable(block) && MemoryProbe.isWritable(block + 299_999))
            counts[block.bits, default: 0] += 1
            free(allocator, block)
            last = block
        }
        verify(counts.count == 9)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// A run serves blocks that are as large or up to a fifth smaller, and alignments that it has.
    @Test func whatFits() throws {
        guard Variant.quarantine else { return }
        let allocator = make()
        let old = try (0..<4).map { _ in try allocate(allocator, 300_000) }
        for block in old { free(allocator, block) }
        let rooms = old.map { $0.bits..<$0.bits + UInt(300_000).aligned(up: Unit.osPage) }
        func isInRoom(_ block: Address) -> Bool { rooms.contains { $0.contains(block.bits) } }
        for byteCount in [230_000, 310_000] as [UInt] { verify(!isInRoom(try allocate(allocator, byteCount))) }
        verify(allocator.pointee.arena.takeDetained(300_000, alignment: 1 << 40) == nil)
        // One byte less or more within the OS page is the same.
        let again = try allocate(allocator, 300_000 - 17)
        verify(
            old.contains(again) && allocator.pointee.usableByteCount(again) == 300_000 - 17
                || !Variant.paddingCanaries)
        let smaller = try allocate(allocator, 250_000)
        let page = try require(allocator.page(covering: smaller))
        let end = smaller.bits + UInt(250_000).aligned(up: Unit.osPage)
        verify(rooms.contains { $0.contains(smaller.bits) && $0.upperBound == end })
        verify(page.pointee.isSingleIntact && page.pointee.spareRoom == 12 * Unit.osPage)
        for offset in stride(from: Unit.osPage, through: page.pointee.spareRoom, by: 4096) {
            verify(!MemoryProbe.isReadable(smaller - offset))
        }
        verify(allocator.pointee.arena.spareRoomCount == 1)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        // Its room is whole again for the next.
        free(allocator, smaller)
        free(allocator, again)
        let third = try allocate(allocator, 300_000)
        verify(old.contains(third))
        for block in [third] { free(allocator, block) }
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.spareRoomCount == 0 && allocator.pointee.arena.apartCount == 0)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// More than there is room for, in number or in bytes: the oldest go.
    @Test func limits() throws {
        guard Variant.quarantine else { return }
        let allocator = make()
        var blocks: [Address] = []
        for index in 0..<UInt(DetainedPages.capacity) + 20 {
            blocks.append(try allocate(allocator, 140_000 + index * 4096))
        }
        for block in blocks { free(allocator, block) }
        verify(allocator.pointee.arena.detained.count == DetainedPages.capacity)
        for (index, block) in blocks.enumerated() {
            verify((allocator.page(covering: block) != nil) == (index >= 20))
        }
        verify(invariants: Invariants.broken(allocator))
        let large = try (0..<12).map { _ in try allocate(allocator, 8 << 20) }
        for block in large { free(allocator, block) }
        // One more than fits may come before room is made.
        verify(allocator.pointee.arena.detained.byteCount <= DetainedPages.largestByteCount + 8 << 20)
        verify(invariants: Invariants.broken(allocator))
    }

    @Test func deadlines() throws {
        guard Variant.quarantine else { return }
        let allocator = make()
        for byteCount in [200_000, 9 << 20] as [UInt] { free(allocator, try allocate(allocator, byteCount)) }
        allocator.pointee.arena.purge(dueBy: Moment.now.milliseconds)
        verify(allocator.pointee.arena.detained.count == 2)
        let next = allocator.pointee.arena.nextPurge.load(ordering: .relaxed)
        verify(next != 0 && next <= Moment.now.milliseconds + 3_600_000)
        allocator.pointee.arena.purge(dueBy: .max)
        verify(allocator.pointee.arena.detained.count == 0 && allocator.pointee.arena.hugeByteCount == 0)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    /// The kernel's limit of mappings, or what else may refuse: without quarantine, but freed.
    @Test func random() throws {
        let allocator = make()
        var random = TestRandom(stream: 160)
        var blocks: [Address] = []
        for step in 0..<Seed.repetitions(1_500) {
            if blocks.isEmpty || (blocks.count < 40 && random.isOne(in: 2)) {
                let byteCount =
                    random.isOne(in: 30) ? 9 << 20 + random.below(1 << 20) : 131_072 + 4096 * random.below(6)
                let alignment: UInt = 1 << random.below(20)
                let block = try allocate(allocator, byteCount, alignment: alignment)
                verify(block.isAligned(to: alignment) && !blocks.contains(block))
                unsafe block.storeWord(UInt64(block.bits))
                blocks.append(block)
            } else {
                let block = blocks.remove(at: Int(random.below(UInt(blocks.count))))
                verify(unsafe block.loadWord() == UInt64(block.bits))
                free(allocator, block)
            }
            if random.isOne(in: 100) { allocator.pointee.arena.purge(dueBy: .max) }
            if step % 50 == 0 { verify(invariants: Invariants.broken(allocator, probesGuards: step % 500 == 0)) }
        }
        for block in blocks { free(allocator, block) }
        allocator.pointee.arena.purge(dueBy: .max)
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
        verify(allocator.pointee.statistics().usedCount == 0 && allocator.pointee.arena.segmentCount == 1)
    }
}
