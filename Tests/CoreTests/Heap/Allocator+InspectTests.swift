// What is told of any address.

import Testing

@Suite struct AllocatorInspectTests {
    /// As a thread with that heap asks; without one, as any other thread.
    private func look(_ allocator: Ref<Allocator>, _ address: Address, _ heap: Ref<Heap>? = nil) -> Inspection {
        allocator.pointee.inspect(address, heap?.address ?? Address(0))
    }

    /// Blocks of a size class, of a run of their own, of a mapping of their own.
    @Test(arguments: [1, 40, 1000, 70_000, 300_000, 9 << 20] as [UInt])
    func live(_ byteCount: UInt) throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(byteCount))
        let isAlone = try require(allocator.page(covering: block)).pointee.kind != .blocks
        for asker in [heap, nil] {
            for offset in [0, byteCount / 2, byteCount - 1] {
                let answer = look(allocator, block + offset, asker)
                verify(answer.state == (isAlone || Variant.doubleFreeDetection ? .live : .untracked), "\(answer)")
                verify(answer.start == block && answer.isExact == Variant.paddingCanaries, "\(answer)")
                verify(answer.isExact ? answer.byteCount == byteCount : answer.byteCount >= byteCount, "\(answer)")
            }
        }
    }

    /// A block that its own thread freed.
    @Test(arguments: [1, 40, 1000, 70_000, 300_000, 9 << 20] as [UInt])
    func freed(_ byteCount: UInt) throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(byteCount))
        let neighbour = try require(heap.pointee.allocate(byteCount))
        let isAlone = try require(allocator.page(covering: block)).pointee.kind != .blocks
        TestAllocator.free(block, heap)
        let answer = look(allocator, block + byteCount / 2, heap)
        verify(
            answer.state == .freed || answer.state == .waiting
                || (!isAlone && !Variant.doubleFreeDetection && answer.state == .untracked), "\(answer)")
        verify(answer.start == block, "\(answer)")
        verify(look(allocator, neighbour, heap).start == neighbour)
    }

    /// One that another thread freed, and that its page's owner has not taken back.
    @Test func freedRemotely() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(100))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        let answer = look(allocator, block, heap)
        verify(
            answer.state == (Variant.doubleFreeDetection ? .waiting : .untracked) && answer.start == block,
            "\(answer)")
    }

    /// A page of blocks that went back as a whole: its blocks are known until something else is there.
    @Test func retiredPage() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let blocks = try (0..<200).map { _ in try require(heap.pointee.allocate(1000)) }
        for block in blocks { TestAllocator.free(block, heap) }
        heap.pointee.releaseEmptyPages()
        var count = 0
        for block in blocks where allocator.page(covering: block) == nil {
            count += 1
            let answer = look(allocator, block + 5)
            verify(answer.state == .freed && answer.start == block && !answer.isExact, "\(answer)")
        }
        verify(count > 0, "no page went back")
    }

    /// Ours, but no block's: in front of a page's first one, behind the last that was made, in a guard.
    @Test func unused() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(1000))
        let page = try require(allocator.page(covering: block))
        let behind = page.pointee.address(of: page.madeCount) + UInt(page.pointee.blockByteCount)
        if page.madeCount < page.blockCount { verify(look(allocator, behind, heap).state == .unused) }
        // Place 0 is no block's; it may lie in front of the page.
        let front = page.pointee.origin + (UInt(page.pointee.blockByteCount) - 1)
        if allocator.page(covering: front) == page { verify(look(allocator, front).state == .unused) }
        let large = try require(heap.pointee.allocate(300_000))
        let single = try require(allocator.page(covering: large))
        if Variant.guardPages {
            verify(look(allocator, single.pointee.origin - 1).state == .unused)
            verify(look(allocator, single.pointee.origin + single.pointee.byteCount).state == .unused)
        }
        verify(look(allocator, large).state == .live)
    }

    @Test func notOurs() throws {
        let allocator = TestAllocator.make()
        let theirs = try require(TestAllocator.heap(TestAllocator.make()).pointee.allocate(100))
        for address in [Address(0), Address(1), Address(.max), theirs, TestAllocator.heap(allocator).address] {
            verify(look(allocator, address).state == .foreign)
        }
        // Before the first allocation.
        verify(TestAllocator.zeroed(Allocator.self).pointee.inspect(theirs, Address(0)).state == .foreign)
    }

    @Test func zeroSizes() throws {
        guard Variant.zeroSizeTraps else { return }
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let trap = try require(heap.pointee.allocate(0))
        let answer = look(allocator, trap + 5)
        verify(answer.state == .live && answer.start == trap && answer.byteCount == 0 && answer.isExact, "\(answer)")
        TestAllocator.free(trap, heap)
        verify(look(allocator, trap).state == .freed)
    }

    @Test func samples() throws {
        guard Variant.sampledGuards else { return }
        let allocator = TestAllocator.make(sampleRate: 1, slotCount: 64)
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(100))
        let answer = look(allocator, block + 99)
        verify(
            answer.state == .live && answer.start == block && answer.byteCount == 100 && answer.isExact, "\(answer)")
        verify(look(allocator, block + 100).state == .unused && look(allocator, block - 1).state == .unused)
        TestAllocator.free(block, heap)
        verify(look(allocator, block).state == .waiting)
        verify(look(allocator, allocator.pointee.samples.extent.start).state == .unused)
    }
}
