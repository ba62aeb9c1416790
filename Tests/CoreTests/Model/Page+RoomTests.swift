// How far it is to a block's end: from every address, for every size.

import Testing

@Suite struct PageRoomTests {
    /// What `room` must say of an address in a page whose first `liveCount` blocks were handed out, with all their room
    /// requested: by division.
    private func expected(_ page: Ref<Page>, _ address: Address, liveCount: UInt) -> Room {
        let size = UInt(page.pointee.blockByteCount)
        let first = page.pointee.origin.bits + size
        guard address.bits >= first, (address.bits - first) / size < UInt(page.pointee.blockCount) else {
            return .outside(blockByteCount: size)
        }
        let number = (address.bits - first) / size + 1
        let start = Address(page.pointee.origin.bits + number * size)
        let isLive = number <= liveCount
        let end = start + (isLive ? page.pointee.roomByteCount : size)
        return .block(
            start, byteCount: end.offset(from: start), room: address.bits < end.bits ? end.offset(from: address) : 0,
            isLive: isLive)
    }

    @Test(arguments: SizeClass.all.map(\.index))
    func everyAddressOfAPage(_ index: UInt8) throws {
        let sizeClass = SizeClass(index: index)
        let allocator = TestAllocator.make()
        let (page, start) = TestAllocator.page(allocator, sizeClass)
        let count = UInt(page.pointee.blockCount)
        page.pointee.extend(by: UInt32(count))
        // Without state bits all that are on a list count as live.
        let liveCount = Variant.doubleFreeDetection ? count / 2 : count
        for _ in 0..<liveCount { _ = try require(page.pop()) }
        var uncertainCount = 0
        let end = start + sizeClass.sliceCount * Unit.slice
        var address = start
        while address != end {
            let room = page.pointee.room(at: address)
            verify(room == expected(page, address, liveCount: liveCount), "at \(address.offset(from: start))")
            let certain = page.pointee.certainRoom(at: address)
            if case .block(_, _, let room, true) = room {
                if certain == 0, room != 0 { uncertainCount += 1 } else { verify(certain == room) }
            } else {
                verify(certain == 0, "at \(address.offset(from: start))")
            }
            address = address + 1
        }
        // The reciprocal is exact for all but the last bytes of some large blocks.
        verify(uncertainCount == 0 || sizeClass.blockByteCount > 8 << 10, "\(uncertainCount)")
        verify(uncertainCount <= 64 * Int(count), "\(uncertainCount)")
    }

    /// Addresses that the page map leads to the page by mistake, their upper bits being cut off.
    @Test func addressesOfNobody() throws {
        let allocator = TestAllocator.make()
        let (page, start) = TestAllocator.page(allocator, SizeClass(holding: 48))
        page.pointee.extend(by: 10)
        let block = try require(page.pop())
        verify(page.pointee.certainRoom(at: block) == page.pointee.roomByteCount)
        var random = TestRandom(stream: 1)
        for _ in 0..<100_000 {
            let address = Address(block.bits ^ UInt(random.next() | 1) << 47)
            verify(page.pointee.certainRoom(at: address) == 0)
        }
        verify(page.pointee.certainRoom(at: start) == 0 || !Variant.guardPages)
    }
}
