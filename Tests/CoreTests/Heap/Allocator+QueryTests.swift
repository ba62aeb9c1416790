// What is known of an address: every kind of address, exactly.

import Testing

@Suite struct AllocatorQueryTests {
    private func live(_ allocator: Ref<Allocator>, _ address: Address) -> UInt? {
        allocator.page(covering: address).flatMap { allocator.pointee.liveByteCount($0, address) }
    }

    @Test(arguments: [1, 100, 1024, 8000, 70_000, 131_072, 200_000, 3 << 20, 9 << 20] as [UInt])
    func everyAddressOfABlock(_ byteCount: UInt) throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(byteCount))
        let usable = try require(live(allocator, block))
        verify(usable >= byteCount && allocator.pointee.usableByteCount(block) == usable)
        for offset in stride(from: UInt(1), to: usable, by: Int(max(1, usable / 1000))) {
            verify(live(allocator, block + offset) == nil, "inside, at \(offset)")
            verify(allocator.pointee.owns(block + offset))
        }
        verify(allocator.pointee.owns(block) && allocator.pointee.owns(block + (usable - 1)))
        for upper in [1 << 47, 1 << 48, 0xFFFF << 48, 1 << 63] as [UInt] {
            let far = Address(block.bits ^ upper)
            verify(live(allocator, far) == nil && !allocator.pointee.owns(far))
        }
        TestAllocator.free(block, heap)
        let after = live(allocator, block)
        if Variant.doubleFreeDetection || byteCount > SizeClass.largestRequest {
            verify(after == nil)
        } else {
            // Zeroing takes the seal, and the requested size with it.
            let isSealed = Variant.paddingCanaries && !Variant.zeroOnFree
            verify(after == (isSealed ? usable : SizeClass(requested: byteCount).room))
        }
    }

    /// `owns` is true from the first block to the end of the last, and nowhere else.
    @Test func runsAndGuards() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(48))
        let page = try require(allocator.page(covering: block))
        let start = Address(block.bits.aligned(down: Unit.slice))
        let first = page.pointee.address(of: 1)
        let end = page.pointee.address(of: page.blockCount) + UInt(page.pointee.blockByteCount)
        for offset in stride(from: UInt(0), to: Unit.slice, by: 16) {
            let address = start + offset
            verify(allocator.pointee.owns(address) == (address.bits >= first.bits && address.bits < end.bits))
        }
        let large = try require(heap.pointee.allocate(300_000))
        let usable = allocator.footprint(large)
        verify(!allocator.pointee.owns(large + usable) || allocator.page(covering: large + usable) != nil)
        if Variant.guardPages {
            verify(!allocator.pointee.owns(large - 1) && !allocator.pointee.owns(large + usable))
        }
    }

    @Test func notOurs() throws {
        let allocator = TestAllocator.make()
        let other = TestAllocator.make()
        let theirs = try require(TestAllocator.heap(other).pointee.allocate(100))
        var local = 0
        let stack = unsafe withUnsafeMutablePointer(to: &local) { unsafe Address(UnsafeMutableRawPointer($0)) }
        let metadata = TestAllocator.heap(allocator).address
        for address in [Address(0), Address(1), Address(.max), stack, theirs, metadata, allocator.address] {
            verify(allocator.page(covering: address) == nil && !allocator.pointee.owns(address))
        }
        verify(allocator.pointee.usableByteCount(Address(0)) == 0)
        verify(allocator.pointee.statistics().foreignFreeCount == 0)
    }

    /// A block that another thread freed and nobody collected yet is no live block.
    @Test func freedRemotely() throws {
        guard Variant.doubleFreeDetection else { return }
        let allocator = TestAllocator.make()
        let block = try require(TestAllocator.heap(allocator).pointee.allocate(100))
        allocator.pointee.deallocate(block, heapAddress: Address(0x10))
        verify(live(allocator, block) == nil)
    }

    @Test func goodSizes() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        for byteCount: UInt in [0, 1, 16, 17, 1000, 131_072, 131_073, 500_000, 9 << 20] {
            let block = try require(heap.pointee.allocate(byteCount))
            let good = Allocator.goodByteCount(byteCount)
            verify(good >= byteCount && allocator.pointee.usableByteCount(block) >= good)
            verify(Allocator.goodByteCount(good) == good)
        }
        verify(Allocator.goodByteCount(.max) == .max)
        verify(Allocator.goodByteCount(UInt(Int.max)) >= UInt(Int.max))
    }
}
