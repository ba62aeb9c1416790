// Pages of threads that a fork left behind, without a fork: the child's handler believes what it is told.

import Testing

@Suite struct RecoveryTests {
    /// A block that its thread was resizing when it vanished: half a seal is no seal, and its neighbours' frees look at it.
    @Test func halfASeal() throws {
        guard Variant.doubleFreeDetection, Variant.paddingCanaries else { return }
        let allocator = TestAllocator.make()
        let (survivor, vanished) = (TestAllocator.heap(allocator), TestAllocator.heap(allocator))
        let blocks = try (0..<20).map { _ in try require(vanished.pointee.allocate(100)) }
        let page = try require(allocator.page(covering: blocks[0]))
        let seal = page.pointee.seal(of: blocks[0])
        unsafe seal.storeWord(seal.loadWord() ^ 0xFFFF_FFFF)
        verify(page.pointee.sealedByteCount(of: blocks[0]) == nil)
        allocator.pointee.prepareFork()
        allocator.pointee.resumeChild(survivor.address)
        let wereThere = allocator.pointee.recoverVanished(allocator)
        verify(wereThere && page.pointee.sealedByteCount(of: blocks[0]) == page.pointee.roomByteCount)
        let areThere = allocator.pointee.recoverVanished(allocator)
        verify(!areThere)
        // All of them, and the one that was in hand, are whoever's who frees them now.
        for block in blocks { TestAllocator.free(block, survivor) }
        verify(invariants: Invariants.broken(allocator))
    }
}
