// Random places: where they may be, that they differ, and that the page map stays small for all of them.

import Testing

@Suite struct RandomPlaceTests {
    /// 300 draws from 96 TiB / 64 KiB = 1.6 · 10⁹ places: two alike with probability 300² / 2 / 1.6 · 10⁹ < 3 · 10⁻⁵; two such
    /// pairs are not to be expected in a lifetime.
    @Test func anywhere() {
        let places = (0..<300).map { _ in RandomPlace.draw() }
        for place in places {
            verify(place.isAligned(to: Unit.slice) && place.bits >= 16 << 40 && place.bits < 112 << 40)
        }
        verify(Set(places.map(\.bits)).count >= 299)
        // Each of the 30 bits is sometimes set: else with probability 30 · 2⁻²⁹⁹.
        verify(places.reduce(0) { $0 | $1.bits } & (1 << 46 - 1 << 16) == 1 << 46 - 1 << 16)
    }

    @Test func atHome() {
        let home = Address(20 << 40)
        let places = (0..<300).map { _ in RandomPlace.draw(at: home) }
        for place in places {
            verify(place.isAligned(to: Unit.slice) && place.offset(from: home) < RandomPlace.homeByteCount)
        }
        // 2²⁴ places: two alike among 300 about once in 370 runs, four pairs never.
        verify(Set(places.map(\.bits)).count >= 297)
    }

    @Test func homesDiffer() {
        guard Variant.randomizedFreeLists else { return }
        let homes = Set((0..<10).map { _ in TestAllocator.make().pointee.arena.home.bits })
        verify(homes.count == 10)
    }

    /// A leaf of the page map, 128 KiB, stays for good: thousands of blocks at random places must share some.
    @Test func leavesStayFew() throws {
        let allocator = TestAllocator.make()
        for _ in 0..<1600 {
            let block = try require(allocator.pointee.allocateSingle(9 << 20, alignment: 16))
            allocator.pointee.deallocate(block, heapAddress: Address(0x10))
            allocator.releaseDetained()
        }
        let leaves = (RandomPlace.homeByteCount >> 30 + 1) * PageMap.leafByteCount
        verify(allocator.pointee.metadata.mappedByteCount <= leaves * 9 / 8 + 3 * MetadataPool.chunkByteCount)
    }

    /// Blocks of different pages, and of different processes' first pages, are at no fixed distance.
    @Test func distancesDiffer() throws {
        guard Variant.randomizedFreeLists else { return }
        var distances: Set<UInt> = []
        for _ in 0..<10 {
            let allocator = TestAllocator.make()
            let heap = TestAllocator.heap(allocator)
            let a = try require(heap.pointee.allocate(100))
            let b = try require(heap.pointee.allocate(9 << 20))
            distances.insert(b.offset(from: a))
            verify(b.offset(from: heap.address) != a.offset(from: heap.address))
        }
        verify(distances.count == 10)
    }
}
