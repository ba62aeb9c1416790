// Blocks through magazines: who waits, for how long, and how well it can be guessed.

import Testing

@Suite struct HeapMagazinesTests {
    /// A heap that has `count` blocks of a size in users' hands.
    private func make(_ byteCount: UInt, _ count: Int) throws -> (heap: Ref<Heap>, blocks: [Address]) {
        let heap = TestAllocator.heap(TestAllocator.make())
        let blocks = try (0..<count).map { _ in try require(heap.pointee.allocate(byteCount)) }
        return (heap, blocks)
    }

    /// Flags.quarantine, and randomizedFreeLists for its own reasons: never the very next; and once 64 blocks exist, any
    /// one of the next allocations gets the freed block
    /// with probability 1/32 at most. In 64 allocations after each of n frees it comes back at place k (1 … 63) in x of them:
    /// mean at most n/32, deviation √n/5.7. For n = 4,000: 125 and 11.1; 200 is 6.7 deviations more, 10⁻¹¹ for each place.
    @Test(arguments: [16, 100, 1000, 5000] as [UInt])
    func comingBack(_ byteCount: UInt) throws {
        guard Variant.usesMagazines else { return }
        var (heap, blocks) = try make(byteCount, 100)
        var random = TestRandom(stream: 170 + UInt64(byteCount))
        let rounds = Seed.repetitions(4_000)
        var places = [Int](repeating: 0, count: 64)
        for _ in 0..<rounds {
            let index = Int(random.below(UInt(blocks.count)))
            let freed = blocks.remove(at: index)
            TestAllocator.free(freed, heap)
            for place in 0..<64 {
                let block = try require(heap.pointee.allocate(byteCount))
                if block == freed { places[place] += 1 }
                blocks.append(block)
            }
            blocks.shuffle(using: &random)
            while blocks.count > 100 { TestAllocator.free(blocks.removeLast(), heap) }
        }
        verify(places[0] == 0, "the next allocation got the freed block")
        let most = rounds / 32 + max(35, rounds / 53)
        if Variant.randomizedFreeLists { verify(places.max()! <= most, "\(places) of \(rounds)") }
        verify(invariants: Invariants.broken(heap))
    }

    /// New blocks come in no order: of 2,000 one after the other, neighbours would be all, and are, where each of some 32 is as
    /// likely, two in 32: 125, deviation 11. A choice that is made always alike gives almost all.
    @Test func neighboursAreRare() throws {
        guard Variant.usesMagazines, Variant.randomizedFreeLists else { return }
        let (_, blocks) = try make(48, 2000)
        let size = SizeClass(requested: 48).blockByteCount
        var count = 0
        for (one, next) in zip(blocks, blocks.dropFirst()) where one + size == next || next + size == one {
            count += 1
        }
        verify(count < 400, "\(count)")
    }

    /// A pair repeated: the freed block is never the next one, in any class with more than one block a page.
    @Test func neverTheNext() throws {
        guard Variant.usesMagazines else { return }
        for sizeClass in SizeClass.all {
            let heap = TestAllocator.heap(TestAllocator.make())
            var last = try require(heap.pointee.allocate(sizeClass.room))
            for _ in 0..<100 {
                TestAllocator.free(last, heap)
                let block = try require(heap.pointee.allocate(sizeClass.room))
                verify(block != last, "\(sizeClass.room)")
                last = block
            }
            verify(invariants: Invariants.broken(heap))
        }
    }

    /// Large blocks that another thread freed serve before memory is touched that was not, wherever they are.
    @Test func usedMemoryFirst() throws {
        guard Variant.usesMagazines else { return }
        let byteCount = SizeClass(holding: 30_000).room
        let allocator = TestAllocator.make()
        let (heap, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        var pages: [Ref<Page>] = []
        var blocks: [Address] = []
        while pages.count < 3 {
            let block = try require(heap.pointee.allocate(byteCount))
            let page = try require(allocator.page(covering: block))
            if pages.last != page, !pages.contains(page) { pages.append(page) }
            blocks.append(block)
        }
        let freed = Set(blocks.filter { allocator.page(covering: $0) == pages[0] }.map(\.bits))
        for bits in freed { allocator.pointee.deallocate(Address(bits), heapAddress: other.address) }
        // Those at hand come first.
        let sizeClass = SizeClass(requested: byteCount)
        let count = Int(heap.pointee.magazine(sizeClass).pointee.total) + freed.count
        let next = try (0..<count).map { _ in try require(heap.pointee.allocate(byteCount)) }
        let again = next.count { freed.contains($0.bits) }
        verify(again * 3 >= freed.count, "\(again) of \(freed.count)")
        verify(invariants: Invariants.broken(heap))
    }

    /// The first blocks of a class, too, are in no order: an increasing run of 20 has probability 1/20! < 10⁻¹⁸.
    @Test func firstBlocksAreInNoOrder() throws {
        guard Variant.randomizedFreeLists else { return }
        for byteCount in [16, 200, 1000, 4000] as [UInt] {
            let (heap, blocks) = try make(byteCount, 20)
            verify(blocks.map(\.bits) != blocks.map(\.bits).sorted())
            // Nor the same in another heap's page.
            let again = try make(byteCount, 20)
            let distances = zip(blocks, blocks.dropFirst()).map { $1.offset(from: $0) }
            verify(distances != zip(again.blocks, again.blocks.dropFirst()).map { $1.offset(from: $0) })
            verify(invariants: Invariants.broken(heap))
        }
    }

    /// The memory that waits is bounded, and no more than half of the blocks that exist for large ones.
    @Test func waitingMemory() throws {
        guard Variant.usesMagazines else { return }
        for sizeClass in SizeClass.all where sizeClass.index % 5 == 0 {
            var (heap, blocks) = try make(sizeClass.room, 200)
            let magazine = heap.pointee.magazine(sizeClass)
            for block in blocks { TestAllocator.free(block, heap) }
            verify(magazine.pointee.count <= Magazine.capacity)
            verify(invariants: Invariants.broken(heap))
            heap.pointee.trimMagazines()
            verify(magazine.pointee.count <= Magazine.highestFloor + 1)
            heap.pointee.releaseEmptyPages()
            verify(magazine.pointee.total == 0 && magazine.pointee.existing == 0)
            verify(heap.pointee.allocator.pointee.statistics().freeCount == 0)
            // One block, and one that was freed: a large class keeps a block or two back.
            blocks = [try require(heap.pointee.allocate(sizeClass.room))]
            let least = max(1, Unit.osPage / sizeClass.blockByteCount)
            verify(magazine.pointee.floor == UInt32(min(UInt(Magazine.highestFloor), least)))
        }
    }

    /// Large blocks' memory goes back to the kernel at the second sweep, but for those in the magazine.
    @Test func sparseBlocksArePurged() throws {
        guard Variant.quarantine, Variant.zeroOnFree else { return }
        let (heap, blocks) = try make(100_000, 100)
        for block in blocks { unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 1, count: 100_000) }
        for block in blocks { TestAllocator.free(block, heap) }
        heap.pointee.trimMagazines()
        heap.pointee.trimMagazines()
        let waiting = Invariants.magazineBlocks(heap).values.reduce(0) { $0 + $1.count }
        let resident = blocks.count {
            MemoryProbe.residentCount(Address(($0.bits + 8192).aligned(down: 4096)), byteCount: 65_536) > 0
        }
        verify(resident <= waiting, "\(resident) blocks are resident, \(waiting) wait")
        verify(invariants: Invariants.broken(heap))
    }

    /// malloc_trim leaves none of it, but the block that was freed last in each page.
    @Test func trimmingPurgesAll() throws {
        guard Variant.quarantine, Variant.zeroOnFree else { return }
        let (heap, blocks) = try make(100_000, 100)
        for block in blocks { unsafe block.pointer.initializeMemory(as: UInt8.self, repeating: 1, count: 100_000) }
        for block in blocks.dropFirst(20) { TestAllocator.free(block, heap) }
        heap.pointee.releaseEmptyPages()
        let pages = Set(blocks.compactMap { heap.pointee.allocator.page(covering: $0)?.address.bits })
        let resident = blocks.count {
            guard heap.pointee.allocator.page(covering: $0) != nil else { return false }
            let middle = Address(($0.bits + 8192).aligned(down: 4096))
            return MemoryProbe.residentCount(middle, byteCount: 65_536) > 0
        }
        verify(resident <= 20 + pages.count, "\(resident) blocks are resident, of \(pages.count) pages")
        verify(invariants: Invariants.broken(heap))
    }

    /// Whatever the fast path serves, housekeeping gets its turn: a page that others emptied goes.
    @Test func housekeepingGetsItsTurn() throws {
        let allocator = TestAllocator.make()
        allocator.pointee.arena.purgeDelay = 0
        let (heap, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let blocks = try (0..<500).map { _ in try require(heap.pointee.allocate(4000)) }
        for block in blocks { TestAllocator.free(block, other) }
        for _ in 0..<200_000 {
            guard let block = heap.pointee.allocateDirectly(48) ?? heap.pointee.allocateSlowly(48) else { return }
            TestAllocator.free(block, heap)
        }
        let waiting = UInt(Invariants.magazineBlocks(heap).count)
        let perPage = SizeClass(requested: 4000).sliceCount * Unit.slice
        verify(allocator.pointee.statistics().freeByteCount <= (waiting + 2) * perPage)
        verify(invariants: Invariants.broken(heap))
    }

    /// Dice run out in refills and housekeeping too: sizes in turn, so that every slow path meets every number of dice.
    @Test func diceRunOutAnywhere() throws {
        let heap = TestAllocator.heap(TestAllocator.make())
        var random = TestRandom(stream: 180)
        var blocks: [Address] = []
        for _ in 0..<Seed.repetitions(60_000) {
            blocks.append(try require(heap.pointee.allocate(random.below(3000) + 1)))
            while blocks.count > 300 {
                TestAllocator.free(blocks.remove(at: Int(random.below(UInt(blocks.count)))), heap)
            }
        }
        for block in blocks { TestAllocator.free(block, heap) }
        verify(invariants: Invariants.broken(heap))
    }
}
