// Sampled blocks, as malloc's slow path sees them: which allocation is one, and where the pool comes from.

import Synchronization

extension Heap {
    /// A sampled block, if this allocation is to be one. Called once by each slow path of blocks of a class.
    /// - Parameter alignment: a power of two, 16 … an OS page.
    @inline(__always) mutating func sample(_ byteCount: UInt, alignment: UInt) -> Address? {
        guard dice.count == 0 else { return nil }
        let rate = allocator.pointee.samples.rate.load(ordering: .relaxed)
        guard countdown.takeSample(rate: rate, random: &random) else { return nil }
        return allocateSampled(byteCount, alignment)
    }

    @inline(never) private mutating func allocateSampled(_ byteCount: UInt, _ alignment: UInt) -> Address? {
        keepHouse()
        let block = allocator.pointee.allocateSampled(Swift.max(byteCount, 1), alignment, random.next())
        if isCreated, let block { noteSampled(block) }
        return block
    }

    /// Draws anew when the next sample comes: at the rate that is in force now, and not as the parent of a fork.
    mutating func forgetSamples() {
        // Both: the dice in the cup are those before the next sample.
        dice.forget()
        countdown = SampledCountdown()
    }

    /// Makes sure that there are dice, but no more than allocations before the next sample.
    mutating func fillDice() {
        guard dice.count == 0 else { return }
        dice.refill(Variant.sampledGuards ? countdown.grant(Dice.capacity) : Dice.capacity, from: &random)
    }
}

extension Allocator {
    /// - Returns: nil if the block is too large, no slot is free or there is no memory.
    fileprivate mutating func allocateSampled(_ byteCount: UInt, _ alignment: UInt, _ random: UInt64) -> Address? {
        guard byteCount <= options[.sampleMost], byteCount >= options[.sampleLeast], isSampledSite(), openSamples()
        else { return nil }
        // The lowest bit decides the end of the OS page at which the block lies.
        let side: UInt64
        switch SampleSide(rawValue: options[.sampleSide]) ?? .random {
        case .random: side = random
        case .behind: side = random | 1
        case .front: side = random & ~1
        }
        return samples.allocate(byteCount: byteCount, alignment: Swift.max(alignment, Unit.block), random: side)
    }

    /// Makes the pool at the first sample. Without memory for it there are no samples any more.
    private mutating func openSamples() -> Bool {
        samples.lock.acquire()
        defer { samples.lock.release() }
        if samples.isOpen { return true }
        let isMade = makeSamples(options[.sampleSlots], most: options[.sampleMost])
        if !isMade { samples.rate.store(0, ordering: .relaxed) }
        return isMade
    }

    /// - Parameters:
    ///   - count: how many slots; some more fill slices.
    ///   - most: the largest block, in bytes.
    private mutating func makeSamples(_ count: UInt, most: UInt) -> Bool {
        let slotByteCount = SampledGuards.slotByteCount(most: most)
        let byteCount = (count * slotByteCount).aligned(up: Unit.slice)
        let slotCount = byteCount / slotByteCount
        let metadataByteCount = SampledGuards.metadataByteCount(slotCount: slotCount)
        guard let descriptor = metadata.allocate(byteCount: 128, alignment: 128, guards: arena.guards),
            let slots = metadata.allocate(
                byteCount: metadataByteCount, alignment: Unit.osPage, guards: arena.guards),
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
        samples.open(memory, metadata: slots, slotCount: slotCount, most: most, random: &random)
        let page = unsafe Ref<Page>(at: descriptor)
        page.pointee.kind = .sampled
        page.pointee.origin = memory
        page.pointee.byteCount = byteCount
        page.pointee.openUnowned()
        arena.publish(page, at: memory, byteCount: byteCount)
        return true
    }
}
