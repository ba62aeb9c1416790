// What a copy may touch, for every kind of address; the reports are Tests/CopyTests's.

import Testing

@Suite struct AllocatorRoomTests {
    @Test(arguments: [1, 100, 1024, 8000, 70_000, 131_072, 200_000, 3 << 20, 9 << 20] as [UInt])
    func blocksOfEverySize(_ byteCount: UInt) throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(byteCount))
        let usable = allocator.pointee.usableByteCount(block)
        for offset in stride(from: UInt(0), to: usable, by: Int(max(1, usable / 1000))) {
            let address = block + offset
            verify(
                allocator.pointee.room(from: address)
                    == .block(block, byteCount: usable, room: usable - offset, isLive: true))
            verify(allocator.pointee.copyableByteCount(from: address) == usable - offset)
            let certain = allocator.pointee.pageMap.certainRoom(from: address)
            verify(certain == 0 || certain == usable - offset)
            verify(certain != 0 || byteCount > 8 << 10)
            // What is allowed is not reported: a report would end the tests.
            allocator.pointee.checkRoom(at: address, for: usable - offset, isWritten: true)
            allocator.pointee.checkRoom(at: address, for: usable - offset, isWritten: false)
        }
        TestAllocator.free(block, heap)
        guard Variant.doubleFreeDetection || byteCount > SizeClass.largestRequest else { return }
        // Large ones leave the page map, but with quarantine, where they wait; and huge ones where a second free is told.
        let isKept = Variant.quarantine || (Variant.doubleFreeDetection && byteCount > 8 << 20)
        let isGone = byteCount > SizeClass.largestRequest && !isKept
        verify(allocator.pointee.copyableByteCount(from: block) == (isGone ? .max : 0))
        verify(allocator.pointee.pageMap.certainRoom(from: block) == (isGone ? .max : 0))
    }

    @Test func foreignAddresses() {
        let allocator = TestAllocator.make()
        var local: UInt = 0
        let stack = unsafe withUnsafeMutableBytes(of: &local) { unsafe Address($0.baseAddress!) }
        for address in [stack, Address(0), Address(8), Address(~0), Address(1 << 47), Address(0xDEAD << 48)] {
            verify(allocator.pointee.room(from: address) == .foreign)
            verify(allocator.pointee.pageMap.certainRoom(from: address) == .max)
            allocator.pointee.checkRoom(at: address, for: .max, isWritten: true)
        }
    }

    /// Nothing may be copied from and to anywhere.
    @Test func copiesOfNothing() throws {
        let allocator = TestAllocator.make()
        let heap = TestAllocator.heap(allocator)
        let block = try require(heap.pointee.allocate(48))
        TestAllocator.free(block, heap)
        allocator.pointee.checkRoom(at: block, for: 0, isWritten: true)
        allocator.pointee.checkRoom(at: block - Unit.osPage, for: 0, isWritten: true)
        allocator.pointee.checkRoom(at: Address(0), for: 0, isWritten: true)
    }
}
