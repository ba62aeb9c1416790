// free: by the owner, by other heaps, by threads without a heap; full pages and their wakes.

import Testing

@Suite struct HeapDeallocateTests {
    private let byteCount: UInt = 8192

    /// Allocates until all blocks of the first page of a new heap are in use, and the page is put aside.
    /// - Returns: the page, its blocks, and those of later pages that were needed on the way.
    private func fillPage(_ heap: Ref<Heap>) throws -> (page: Ref<Page>, blocks: [Address], others: [Address]) {
        let first = try require(heap.pointee.allocate(byteCount))
        let page = try require(heap.pointee.allocator.page(covering: first))
        var (blocks, others) = ([first], [Address]())
        while blocks.count < Int(page.blockCount) || !page.pointee.isFull {
            let block = try require(heap.pointee.allocate(byteCount))
            if heap.pointee.allocator.page(covering: block) == page {
                blocks.append(block)
            } else {
                others.append(block)
            }
        }
        verify(blocks.count == Int(page.blockCount))
        return (page, blocks, others)
    }

    @Test func nothing() {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        allocator.pointee.deallocate(Address(0), heapAddress: heap.address)
        verify(allocator.pointee.statistics().foreignFreeCount == 0)
    }

    /// A thread that frees before it ever allocates.
    @Test func nothingByAThreadWithoutHeap() async {
        await #expect(processExitsWith: .success) {
            let allocator = TestAllocator.make()
            allocator.pointee.deallocate(Address(0), heapAddress: Address(0))
        }
    }

    @Test func lastInFirstOut() throws {
        let heap = TestAllocator.heap(TestAllocator.make())
        for byteCount: UInt in [1, 64, 1000, 5000, 100_000] {
            for _ in 0..<3000 {
                let block = try require(heap.pointee.allocate(byteCount))
                TestAllocator.free(block, heap)
            }
            verify(invariants: Invariants.broken(heap))
        }
        // A pair takes one page for each class, however often it is repeated.
        verify(heap.pointee.allocator.pointee.statistics().usedCount == 0)
    }

    @Test func fullPageWakesItsOwner() throws {
        let allocator = TestAllocator.make()
        let (owner, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let (page, blocks, _) = try fillPage(owner)
        verify(owner.pointee.full.first == page)
        verify(invariants: Invariants.broken(owner))
        TestAllocator.free(blocks[0], other)
        let wakes = owner.pointee.wakes.load(ordering: .relaxed)
        verify(wakes == page.address.bits && page.pointee.sharedState.isWaking)
        TestAllocator.free(blocks[1], other)
        owner.pointee.takeWakes()
        verify(!page.pointee.isFull && owner.pointee.full.first != page && !page.pointee.sharedState.isWaking)
        verify(page.pointee.trueUsed == UInt32(blocks.count) - 2)
        verify(invariants: Invariants.broken(owner))
        // The two blocks are handed out again.
        var again: Set<UInt> = []
        for _ in 0..<Int(page.blockCount) * 20 { again.insert(try require(owner.pointee.allocate(byteCount)).bits) }
        verify(again.contains(blocks[0].bits) && again.contains(blocks[1].bits))
        verify(invariants: Invariants.broken(allocator))
    }

    @Test func ownersFreeIntoAFullPage() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let (page, blocks, _) = try fillPage(heap)
        for block in blocks {
            TestAllocator.free(block, heap)
            verify(invariants: Invariants.broken(heap))
            verify(invariants: Invariants.broken(allocator))
        }
        heap.pointee.releaseEmptyPages()
        verify(!page.pointee.sharedState.isInUse)
    }

    /// The owner's free and another's, into a full page, in both orders, and then its end while a wake is under way.
    @Test(arguments: [true, false])
    func bothFree(_ otherFirst: Bool) throws {
        let allocator = TestAllocator.make()
        let (owner, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let (_, blocks, others) = try fillPage(owner)
        TestAllocator.free(blocks[0], otherFirst ? other : owner)
        TestAllocator.free(blocks[1], otherFirst ? owner : other)
        verify(invariants: Invariants.broken(owner))
        for block in blocks.dropFirst(2) { TestAllocator.free(block, owner) }
        verify(invariants: Invariants.broken(owner))
        for block in others { TestAllocator.free(block, owner) }
        owner.pointee.releaseEmptyPages()
        verify(invariants: Invariants.broken(owner))
        verify(invariants: Invariants.broken(allocator))
        verify(allocator.pointee.statistics().usedCount == 0)
    }

    /// Blocks that only other heaps free come back to their owner, not to them.
    @Test func producerAndConsumer() throws {
        let allocator = TestAllocator.make()
        let (owner, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        for round in 0..<50 {
            let blocks = try (0..<100).map { _ in try require(owner.pointee.allocate(512)) }
            verify(Set(blocks.map(\.bits)).count == 100)
            for block in blocks {
                if round % 2 == 0 {
                    TestAllocator.free(block, other)
                } else {
                    // A thread's whose heap is none of ours.
                    allocator.pointee.deallocate(block, heapAddress: Address(0x10))
                }
            }
            verify(invariants: Invariants.broken(owner))
        }
        // The memory of two rounds at most.
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedByteCount + statistics.freeByteCount <= 4 * 100 * 512 + 4 * Unit.slice)
        verify(invariants: Invariants.broken(other))
    }

    /// A page all of whose blocks others freed goes back at the next sweep.
    @Test func emptiedByOthers() throws {
        let allocator = TestAllocator.make()
        let (owner, other) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let blocks = try (0..<100).map { _ in try require(owner.pointee.allocate(byteCount)) }
        for block in blocks { TestAllocator.free(block, other) }
        owner.pointee.releaseEmptyPages()
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount == 0 && statistics.freeCount == 0)
        verify(invariants: Invariants.broken(owner))
    }
}
