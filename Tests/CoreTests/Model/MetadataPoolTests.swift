// Metadata memory: disjoint, aligned, zeroed, guarded, and never given back.

import Testing

@Suite struct MetadataPoolTests {
    @Test func disjointAlignedAndZeroed() throws {
        let pool = TestAllocator.zeroed(MetadataPool.self)
        let guards = TestAllocator.zeroed(GuardPages.self)
        TestAllocator.configureGuards(guards, budget: 1000, mayUseAdvice: true)
        var random = TestRandom(stream: 15)
        var ranges: [Range<UInt>] = []
        for _ in 0..<Seed.repetitions(400) {
            let byteCount = random.isOne(in: 40) ? 1 + random.below(3 << 20) : 1 + random.below(40_000)
            let alignment: UInt = 1 << random.below(13)
            let address = try require(
                pool.pointee.allocate(byteCount: byteCount, alignment: alignment, guards: guards))
            verify(address.isAligned(to: alignment))
            verify(MemoryProbe.isZero(address, byteCount: min(byteCount, 8192)))
            unsafe (address + (byteCount - 1)).pointer.storeBytes(of: 0xAA, as: UInt8.self)
            unsafe address.pointer.storeBytes(of: 0xAA, as: UInt8.self)
            ranges.append(address.bits..<address.bits + byteCount)
        }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        for (a, b) in zip(ranges, ranges.dropFirst()) { verify(a.upperBound <= b.lowerBound) }
        let total = ranges.reduce(0) { $0 + UInt($1.count) }
        verify(pool.pointee.mappedByteCount >= total)
    }

    @Test func guardsOnBothSides() throws {
        let pool = TestAllocator.zeroed(MetadataPool.self)
        let guards = TestAllocator.zeroed(GuardPages.self)
        TestAllocator.configureGuards(guards, budget: 1000, mayUseAdvice: true)
        let byteCount = 2 * MetadataPool.chunkByteCount
        let big = try require(pool.pointee.allocate(byteCount: byteCount, guards: guards))
        let small = try require(pool.pointee.allocate(byteCount: 64, guards: guards))
        verify(guards.pointee.installedCount == (Variant.guardPages ? 4 : 0))
        if Variant.guardPages {
            verify(!MemoryProbe.isReadable(big - 1) && !MemoryProbe.isReadable(big + byteCount))
            verify(!MemoryProbe.isReadable(small - 1))
            verify(!MemoryProbe.isReadable(small + MetadataPool.chunkByteCount))
        }
        verify(MemoryProbe.isWritable(big + (byteCount - 1)))
    }

    /// Without a guard there is metadata all the same.
    @Test func refusedGuardsAreCounted() throws {
        let pool = TestAllocator.zeroed(MetadataPool.self)
        let guards = TestAllocator.zeroed(GuardPages.self)
        let memory = try require(pool.pointee.allocate(byteCount: 64, guards: guards))
        verify(MemoryProbe.isWritable(memory))
        verify(guards.pointee.refusedCount == (Variant.guardPages ? 2 : 0))
    }

    @Test func threads() {
        let pool = TestAllocator.zeroed(MetadataPool.self)
        let guards = TestAllocator.zeroed(GuardPages.self)
        let (poolBits, guardBits) = (pool.address.bits, guards.address.bits)
        runThreads(3) { thread in
            let pool = unsafe Ref<MetadataPool>(at: Address(poolBits))
            let guards = unsafe Ref<GuardPages>(at: Address(guardBits))
            var mine: [Address] = []
            for _ in 0..<2000 {
                guard let address = pool.pointee.allocate(byteCount: 64, guards: guards) else { return }
                verify(unsafe address.loadWord() == 0)
                unsafe address.storeWord(UInt64(thread) + 1)
                mine.append(address)
            }
            for address in mine { verify(unsafe address.loadWord() == UInt64(thread) + 1) }
        }
    }
}
