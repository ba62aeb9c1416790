// The process-wide state comes to life once.

import CBulwark
import Synchronization
import Testing

@Suite struct AllocatorStartTests {
    @Test func fitsItsStorage() {
        verify(MemoryLayout<Allocator>.size <= Int(BW_ALLOCATOR_BYTES))
        verify(MemoryLayout<Page>.size <= 128)
    }

    @Test func startsOnce() {
        let allocator = TestAllocator.zeroed(Allocator.self)
        verify(!Allocator.isReady(allocator))
        verify(Allocator.start(allocator) && Allocator.isReady(allocator))
        let mapped = allocator.pointee.metadata.mappedByteCount
        verify(Allocator.start(allocator))
        verify(allocator.pointee.metadata.mappedByteCount == mapped)
        verify(invariants: Invariants.broken(allocator))
        let statistics = allocator.pointee.statistics()
        verify(statistics.usedCount == 0 && statistics.committedByteCount == 0)
        verify(statistics.metadataByteCount == mapped && mapped <= 64 << 20)
    }

    @Test func threadsStartTogether() {
        let allocator = TestAllocator.zeroed(Allocator.self)
        let bits = allocator.address.bits
        runThreads(4) { _ in
            let allocator = unsafe Ref<Allocator>(at: Address(bits))
            verify(Allocator.start(allocator))
            let heap = TestAllocator.heap(allocator)
            verify(heap.pointee.allocate(100) != nil)
            allocator.pointee.returnHeap(heap)
        }
        verify(allocator.pointee.statistics().usedCount == 4)
        verify(invariants: Invariants.broken(allocator))
    }

    /// All that the allocator points to is its own: two do not share anything.
    @Test func allocatorsAreApart() throws {
        let (a, b) = (TestAllocator.make(), TestAllocator.make())
        let block = try require(TestAllocator.heap(a).pointee.allocate(100))
        verify(a.page(covering: block) != nil && b.page(covering: block) == nil)
        verify(a.pointee.emptyPageReference != b.pointee.emptyPageReference)
        verify(b.pointee.statistics().usedCount == 0)
    }

    @Test func loadAfterAnEarlyStart() {
        let allocator = TestAllocator.make()
        TestAllocator.load(allocator)
        verify(Allocator.isReady(allocator))
        verify(invariants: Invariants.broken(allocator))
    }

    /// The first allocation came before the options could be read, and they turn MADV_GUARD_INSTALL off: runs that have
    /// guards of the other kind inside must still become usable.
    @Test func guardMethodChangesAtLoad() async {
        guard Variant.guardPages else { return }
        await #expect(processExitsWith: .success) {
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            // Ten pages of one slice each, with guards at their ends.
            let blocks = (0..<60).compactMap { _ in heap.pointee.allocate(8192) }
            for block in blocks { TestAllocator.free(block, heap) }
            heap.pointee.releaseEmptyPages()
            TestAllocator.configureGuards(allocator.pointee.arena.guards, budget: 1000, mayUseAdvice: false)
            guard let large = heap.pointee.allocate(400_000) else { return }
            for offset in stride(from: UInt(0), to: 400_000, by: 4096) {
                precondition(MemoryProbe.isWritable(large + offset))
            }
        }
    }
}
