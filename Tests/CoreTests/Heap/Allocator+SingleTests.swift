// Large and huge blocks.

import Testing

@Suite struct AllocatorSingleTests {
    @Test func everyKindAtItsLimits() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let limits: [(UInt, Page.Kind)] = [
            (SizeClass.largestRequest, .blocks), (SizeClass.largestRequest + 1, .large),
            (Allocator.largestByChoice, .large), (Allocator.largestByChoice + 1, .huge),
        ]
        for (byteCount, kind) in limits {
            let block = try require(heap.pointee.allocate(byteCount))
            let page = try require(allocator.page(covering: block))
            verify(page.pointee.kind == kind, "\(byteCount)")
            let usable = allocator.footprint(block)
            verify(usable >= byteCount)
            verify(MemoryProbe.isWritable(block) && MemoryProbe.isWritable(block + (byteCount - 1)))
            verify(MemoryProbe.isReadable(block + (usable - 1)))
            if Variant.guardPages, kind != .blocks {
                // A large block lies at its run's end; the guard in front is the run's first OS page.
                let slice = page.pointee.segment?.pointee.address(ofSlice: UInt(page.pointee.sliceIndex))
                verify(!MemoryProbe.isReadable(slice ?? (block - 1)), "front of \(byteCount)")
                verify(!MemoryProbe.isReadable(block + usable), "back of \(byteCount)")
            }
        }
        verify(invariants: Invariants.broken(allocator, probesGuards: true))
    }

    @Test func largestAlignment() throws {
        let allocator = TestAllocator.make()
        for alignment in [1 << 16, 1 << 20, Allocator.largestAlignmentInSegment, 8 << 20] as [UInt] {
            for byteCount in [1, 200_000, Allocator.largestInSegment, 10 << 20] as [UInt] {
                let block = try require(allocator.pointee.allocateSingle(byteCount, alignment: alignment))
                verify(block.isAligned(to: alignment))
                verify(MemoryProbe.isWritable(block) && MemoryProbe.isWritable(block + (byteCount - 1)))
                verify(invariants: Invariants.broken(allocator))
                allocator.pointee.deallocate(block, heapAddress: Address(0x10))
            }
        }
        verify(allocator.pointee.statistics().usedCount == 0)
    }

    /// Of several threads that free the same block exactly one succeeds, in every variant; the others' pointer is no
    /// block's any more.
    @Test func oneFreeSucceeds() throws {
        let allocator = TestAllocator.make()
        let block = try require(allocator.pointee.allocateSingle(1 << 20, alignment: 16))
        let page = try require(allocator.page(covering: block))
        verify(allocator.pointee.liveByteCount(page, block) == 1 << 20)
        let wins = TestAllocator.zeroed(Tally.self)
        let (pageBits, winBits) = (page.address.bits, wins.address.bits)
        runThreads(4) { _ in
            let page = unsafe Ref<Page>(at: Address(pageBits))
            if page.pointee.claim() { unsafe Ref<Tally>(at: Address(winBits)).pointee.add() }
        }
        verify(wins.pointee.total == 1)
        verify(allocator.pointee.liveByteCount(page, block) == nil)
    }

    @Test func resizing() throws {
        let allocator = TestAllocator.make()
        let large = try require(allocator.pointee.allocateSingle(1 << 20, alignment: 16))
        let page = try require(allocator.page(covering: large))
        let usable = page.pointee.byteCount
        verify(allocator.pointee.resizeSingle(page, toByteCount: usable) == large)
        verify(allocator.pointee.resizeSingle(page, toByteCount: usable / 2 + 1) == large)
        verify(allocator.pointee.resizeSingle(page, toByteCount: usable / 2) == nil)
        verify(allocator.pointee.resizeSingle(page, toByteCount: usable + 1) == nil)
        let huge = try require(allocator.pointee.allocateSingle(20 << 20, alignment: 16))
        let hugePage = try require(allocator.page(covering: huge))
        let grown = try require(allocator.pointee.resizeSingle(hugePage, toByteCount: 40 << 20))
        verify(hugePage.pointee.byteCount == 40 << 20 && hugePage.pointee.sharedState.isUnowned)
        verify(allocator.page(covering: grown) == hugePage)
        // Too small for a mapping of its own: to be copied.
        verify(allocator.pointee.resizeSingle(hugePage, toByteCount: Allocator.largestByChoice) == nil)
        verify(allocator.pointee.resizeSingle(hugePage, toByteCount: .max) == nil)
        verify(hugePage.pointee.sharedState.isUnowned)
        verify(invariants: Invariants.broken(allocator))
        allocator.pointee.deallocate(grown, heapAddress: Address(0x10))
        allocator.pointee.deallocate(large, heapAddress: Address(0x10))
        verify(allocator.pointee.statistics().hugeCount == 0)
    }
}
