// Sampled blocks, as malloc's slow path sees them: which allocation is one, and where the pool comes from.

import Synchronization

extension Heap {
    /// A sampled block, if this allocation is to be one. Called once by each slow path of a class.
    /// - Parameter alignment: a power of two, 16 … an OS page.
    @inline(__always) mutating func sample(
        _ sizeClass: SizeClass, _ byteCount: UInt, alignment: UInt
    ) -> Address? {
        // Classes and alignments without a fast path call for each block: the batch comes first.
        if let page = queues[Int(sizeClass.index)].first, page.pointee.free != 0 { return nil }
        let rate = allocator.pointee.samples.rate.load(ordering: .relaxed)
        guard countdown.takeSample(sizeClass.index, rate: rate, random: &random) else { return nil }
        return allocateSampled(byteCount, alignment)
    }

    @inline(never) private mutating func allocateSampled(_ byteCount: UInt, _ alignment: UInt) -> Address? {
        let block = allocator.pointee.allocateSampled(Swift.max(byteCount, 1), alignment, random.next())
        if block == nil { countdown.sampleFailed() }
        return block
    }

    /// The slow path is about to leave the blocks on a page's `free` list to the fast path: as many as come before the
    /// next sample stay there, the others go to `localFree`, which must be empty.
    @inline(__always) mutating func grantBlocks(of page: Ref<Page>) {
        guard UInt(page.pointee.blockByteCount) <= SampledGuards.largestByteCount else { return }
        let count = page.pointee.capacity &- page.pointee.trueUsed  // |free|, by Page (1)
        if count == 0 { return }
        let granted = countdown.grant(UInt(count), page.pointee.sizeClass.index, random: &random)
        if granted < UInt(count) { page.pointee.holdBack(after: UInt32(granted)) }
    }
}

extension Page {
    /// Leaves the first `count` blocks, at least 1, on `free`, and puts the rest on `localFree`.
    /// - Complexity: O(count); once in a sample.
    @inline(never) fileprivate mutating func holdBack(after count: UInt32) {
        var last = free
        for _ in 1..<count { last = link(from: last, at: address(of: last)) }
        guard last != 0, localFree == 0 else { return }
        let block = address(of: last)
        localFree = link(from: last, at: block)
        setLink(from: block, to: 0)
    }
}

extension Allocator {
    /// - Returns: nil if the block is too large, no slot is free or there is no memory.
    fileprivate mutating func allocateSampled(_ byteCount: UInt, _ alignment: UInt, _ random: UInt64) -> Address? {
        guard byteCount <= SampledGuards.largestByteCount, openSamples() else { return nil }
        return samples.allocate(byteCount: byteCount, alignment: Swift.max(alignment, Unit.block), random: random)
    }

    /// Makes the pool at the first sample. Without memory for it there are no samples any more.
    private mutating func openSamples() -> Bool {
        samples.lock.acquire()
        defer { samples.lock.release() }
        if samples.isOpen { return true }
        let isMade = makeSamples(options[.sampleSlots].aligned(up: Unit.slice / SampledGuards.slotByteCount))
        if !isMade { samples.rate.store(0, ordering: .relaxed) }
        return isMade
    }

    /// - Parameter slotCount: of whole slices.
    private mutating func makeSamples(_ slotCount: UInt) -> Bool {
        let byteCount = slotCount * SampledGuards.slotByteCount
        let metadataByteCount = SampledGuards.metadataByteCount(slotCount: slotCount)
        guard let descriptor = metadata.allocate(byteCount: 128, alignment: 128, guards: arena.guards),
            let slots = metadata.allocate(byteCount: metadataByteCount, guards: arena.guards),
            let memory = VirtualMemory.map(byteCount: byteCount, alignment: Unit.slice, writable: false)
        else { return false }
        arena.lock.acquire()
        let isPrepared = arena.pageMap.pointee.prepare(
            memory, byteCount: byteCount, metadata: arena.metadata, guards: arena.guards)
        arena.lock.release()
        guard isPrepared else {
            VirtualMemory.unmap(memory, byteCount: byteCount)
            return false
        }
        var random = RandomGenerator()
        random.seed(salt: memory.bits)
        samples.open(memory, metadata: slots, slotCount: slotCount, random: &random)
        let page = unsafe Ref<Page>(at: descriptor)
        page.pointee.kind = .sampled
        page.pointee.origin = memory
        page.pointee.byteCount = byteCount
        page.pointee.openUnowned()
        arena.publish(page, at: memory, byteCount: byteCount)
        return true
    }
}
