// How far it is to a block's end: from every address, for every size.

import Testing

@Suite struct PageRoomTests {
    /// What `room` must say of an address in a page whose first `liveCount` blocks were handed out: by division.
    private func expected(_ page: Ref<Page>, _ address: Address, liveCount: UInt) -> Room {
        let size = UInt(page.pointee.blockByteCount)
        let first = page.pointee.origin.bits + size
        guard address.bits >= first, (address.bits - first) / size < UInt(page.pointee.blockCount) else {
            return .outside(blockByteCount: size)
        }
        let number = (address.bits - first) / size + 1
        let start = Address(page.pointee.origin.bits + number * size)
        // With canaries the block ends where it was requested to: 8 bytes before.
        let byteCount = page.pointee.roomByteCount
        let offset = address.offset(from: start)
        return .block(
            start, byteCount: byteCount, room: offset < byteCount ? byteCount - offset : 0,
            isLive: number <= liveCount)
    }

    @Test(arguments: SizeClass.all.map(\.index))
    func everyAddressOfAPage(_ index: UInt8) throws {
        let sizeClass = SizeClass(index: index)
        let allocator = TestAllocator.make()
        let (page, start) = TestAllocator.page(allocator, sizeClass)
        page.extend(by: UInt32(page.pointee.blockCount))
        // Without state bits all that are on a list count as live.
        var liveCount = UInt(page.pointee.blockCount)
        if Variant.doubleFreeDetection {
            liveCount /= 2
            for _ in 0..<liveCount { _ = try require(page.pop()) }
        }
        var uncertain = 0
        let end = start + sizeClass.sliceCount * Unit.slice
        // All addresses of small pages; of others a prime step, and all around the ends of blocks.
        var address = start
        while address != end {
            let room = page.pointee.room(at: address)
            guard room == expected(page, address, liveCount: liveCount) else {
                verify(false, "at \(address.offset(from: start)): \(room)")
                return
            }
            let certain = page.pointee.certainRoom(at: address)
            if case .block(_, _, let room, true) = room, room != 0 {
                if certain == 0 { uncertain += 1 } else { verify(certain == room) }
            } else {
                verify(certain == 0, "at \(address.offset(from: start))")
            }
            // Around the ends of blocks each; of large pages' middles one in 13.
            let offset = address.offset(from: page.pointee.origin) % sizeClass.blockByteCount
            let isNearEnd = offset < 16 || offset + 80 > sizeClass.blockByteCount
            let step: UInt = sizeClass.blockByteCount <= 1024 || isNearEnd ? 1 : 13
            address = address + min(step, end.offset(from: address))
        }
        // The reciprocal is exact for all but the last bytes of some large blocks.
        verify(uncertain == 0 || sizeClass.blockByteCount > 8 << 10, "\(uncertain)")
        verify(uncertain <= 64 * Int(page.pointee.blockCount), "\(uncertain)")
    }

    /// Addresses that the page map leads to the page by mistake, their upper bits being cut off.
    @Test func addressesOfNobody() throws {
        let allocator = TestAllocator.make()
        let (page, start) = TestAllocator.page(allocator, SizeClass(holding: 48))
        page.extend(by: 10)
        let block = try require(page.pop())
        verify(page.pointee.certainRoom(at: block) == 48 - Canary.byteCount)
        var random = TestRandom(stream: 1)
        for _ in 0..<100_000 {
            let address = Address(block.bits ^ UInt(random.next() | 1) << 47)
            verify(page.pointee.certainRoom(at: address) == 0)
        }
        verify(page.pointee.certainRoom(at: start) == 0 || !Variant.guardPages)
    }
}
