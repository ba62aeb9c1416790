// What stands behind large and huge blocks, up to their last OS page's end.

import Testing

@Suite struct PageSingleTests {
    private func sizes(_ base: UInt) -> [UInt] {
        [0, 1, 2, 7, 8, 63, 64, 65, 71, 72, 73, 74, 200, 4095].map { base - $0 }
    }

    private func make(_ byteCount: UInt) throws -> (allocator: Ref<Allocator>, page: Ref<Page>, block: Address) {
        let allocator = TestAllocator.make()
        let block = try require(allocator.pointee.allocateSingle(byteCount, alignment: 16))
        return (allocator, try require(allocator.page(covering: block)), block)
    }

    /// Any byte of the fill, changed in any of four ways; and those further back, which are not looked at.
    @Test(arguments: [40 * 4096, 10 << 20] as [UInt])
    func everyChangedByte(_ base: UInt) throws {
        for byteCount in sizes(base) {
            let (_, page, block) = try make(byteCount)
            verify(page.pointee.isSingleIntact)
            guard Variant.paddingCanaries else { continue }
            verify(page.pointee.requestedByteCount == byteCount && page.pointee.slack == base - byteCount)
            let fill = min(base - byteCount, Canary.longestFill)
            for offset in byteCount..<base where offset < byteCount + fill + 8 {
                let old = (block + offset).byte
                for difference: UInt8 in [1, 16, 128, 255] {
                    (block + offset).byte = old ^ difference
                    verify(page.pointee.isSingleIntact == (offset >= byteCount + fill), "\(byteCount) + \(offset)")
                }
                (block + offset).byte = old
            }
            verify(page.pointee.isSingleIntact)
            // A NUL one too far shows.
            if fill != 0 { verify((block + byteCount).byte & 1 == 1) }
        }
    }

    /// The canary follows the block through every resize in place, and moves with a huge one.
    @Test func resizing() throws {
        for base in [40 * 4096, 10 << 20] as [UInt] {
            let (allocator, page, block) = try make(base - 100)
            for byteCount in sizes(base) + sizes(base - 4096) + [base / 2 + 1] {
                verify(allocator.pointee.resizeSingle(page, toByteCount: byteCount) == block)
                verify(page.pointee.isSingleIntact, "\(byteCount) of \(base)")
                verify(allocator.pointee.liveByteCount(page, block) == (Variant.paddingCanaries ? byteCount : base))
            }
        }
        let (allocator, page, _) = try make(10 << 20)
        for byteCount in [30 << 20, 12 << 20 + 1, 50 << 20 - 5, 9 << 20 + 4095] as [UInt] {
            let block = try require(allocator.pointee.resizeSingle(page, toByteCount: byteCount))
            let usable = Variant.paddingCanaries ? byteCount : byteCount.aligned(up: 4096)
            verify(page.pointee.isSingleIntact && allocator.pointee.usableByteCount(block) == usable)
        }
    }

    /// Each block has a key of its own, the same place or not.
    @Test func keysDiffer() throws {
        guard Variant.paddingCanaries else { return }
        let allocator = TestAllocator.make()
        var canaries: Set<UInt64> = []
        for _ in 0..<10 {
            let block = try require(allocator.pointee.allocateSingle(200_000, alignment: 16))
            let page = try require(allocator.page(covering: block))
            canaries.insert(unsafe UnsafeRawPointer((block + 200_000).pointer).loadUnaligned(as: UInt64.self))
            verify(page.pointee.isSingleIntact)
            allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        }
        verify(canaries.count == 10)
    }
}
