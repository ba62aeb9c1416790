// Pools of sampled blocks for tests, in memory of their own: also in variants without the flag.

enum TestSamples {
    static func make(slotCount: UInt, most: UInt = Unit.osPage) -> Ref<SampledGuards> {
        let pool = TestAllocator.zeroed(SampledGuards.self)
        let metadataByteCount = SampledGuards.metadataByteCount(slotCount: slotCount)
        guard
            let memory = VirtualMemory.map(
                byteCount: slotCount * SampledGuards.slotByteCount(most: most), alignment: Unit.slice, writable: false
            ),
            let metadata = VirtualMemory.map(byteCount: metadataByteCount.aligned(up: Unit.osPage), writable: true)
        else { fatalError("no memory") }
        var random = RandomGenerator()
        random.seed(salt: 0)
        pool.pointee.open(memory, metadata: metadata, slotCount: slotCount, most: most, random: &random)
        return pool
    }
}

extension Ref where Target == SampledGuards {
    /// - Parameter isRight: the block lies at the end of its OS page; else at the start.
    func allocate(_ byteCount: UInt, alignment: UInt = 16, isRight: Bool = true) -> Address? {
        pointee.allocate(byteCount: byteCount, alignment: alignment, random: isRight ? 0x5500 | 1 : 0x5500)
    }
}
