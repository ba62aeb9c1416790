// Sampled blocks (flag sampledGuards): each alone on OS pages between inaccessible ones, inaccessible itself once it
// was freed. malloc's slow path takes slots, any thread gives them back; the handler of faults only reads.

import Synchronization

/// The pool of slots. Valid, and off, when zero-initialised.
///
/// A slot is a guard, the room for blocks, two or more guards; the room is an OS page, unless the option sample_most asks for more.
/// (1) Of the room the OS pages of its block are accessible ⇔ the state is `live`, `opening` or `closing` (or the kernel refused
/// to protect them), and no others ever. (2) A slot is in `waiting` ⇔ the state is
/// `unused` or `freed`. (3) `waiting` is first in, first out, so what was freed longest ago is used first; a quarter of
/// all slots always stays in it, so that freed blocks stay inaccessible for as many samples, however many are live.
struct SampledGuards: ~Copyable {
    /// One allocation in so many is sampled; 0: none.
    let rate = Atomic<UInt>(0)
    /// Blocks that were to be sampled when no slot was free.
    let refusedCount = Atomic<UInt>(0)
    /// Taken after the heaps' locks and before the arena's; see Heap/Fork.swift.
    let lock = Lock()
    private var base = Address(0)
    private(set) var slotCount: UInt = 0
    private var slots: Table<SampledSlot>
    /// Where stacks are copied to, an OS page a slot: who allocated, who freed.
    private var stacks = Address(0)
    /// A ring of the numbers of free slots; `lock` protects it.
    private var waiting: Table<UInt32>
    private var firstWaiting: UInt = 0
    private var waitingCount: UInt = 0

    /// Larger blocks are not sampled: whole OS pages.
    private(set) var roomByteCount: UInt = 0
    /// A power of two, so that slots fill slices.
    private(set) var slotByteCount: UInt = 0

    /// The bytes of slots that have room for `most` bytes.
    static func slotByteCount(most: UInt) -> UInt {
        (Swift.max(most, 1).aligned(up: Unit.osPage) + 3 * Unit.osPage).roundedUpToPowerOfTwo
    }
    /// The memory for descriptors that `slotCount` slots need.
    static func metadataByteCount(slotCount: UInt) -> UInt {
        let descriptors = slotCount * UInt(MemoryLayout<SampledSlot>.stride + MemoryLayout<UInt32>.stride)
        return descriptors.aligned(up: Unit.osPage) + slotCount * stacksByteCount
    }
    private static var stacksByteCount: UInt { 2 * StackSnapshot.capacity }

    /// True if there are slots.
    var isOpen: Bool { slotCount != 0 }

    /// The blocks in use, and their bytes.
    var liveCountAndByteCount: (UInt, UInt) {
        var (count, byteCount): (UInt, UInt) = (0, 0)
        for index in 0..<slotCount {
            let slot = descriptor(of: index)
            guard slot.pointee.state.load(ordering: .acquiring) == SampledSlot.State.live else { continue }
            count += 1
            byteCount += slot.pointee.history.byteCount
        }
        return (count, byteCount)
    }

    /// Gives the pool its slots, once; `lock` must be held.
    /// - Parameters:
    ///   - memory: `slotCount` slots of inaccessible address space.
    ///   - metadata: zeroed, as `metadataByteCount` says, at an OS page.
    ///   - most: the largest block, in bytes.
    mutating func open(
        _ memory: Address, metadata: Address, slotCount: UInt, most: UInt = Unit.osPage, random: inout RandomGenerator
    ) {
        base = memory
        roomByteCount = Swift.max(most, 1).aligned(up: Unit.osPage)
        slotByteCount = Self.slotByteCount(most: most)
        unsafe slots = Table(at: metadata)
        unsafe waiting = Table(at: metadata + slotCount * UInt(MemoryLayout<SampledSlot>.stride))
        var index: UInt = 0
        // In random order (Durstenfeld's shuffle, inside out): where a block will lie is not to be foreseen.
        while index < slotCount {
            let other = UInt(random.next()) % (index + 1)
            unsafe waiting[unchecked: index] = waiting[unchecked: other]
            unsafe waiting[unchecked: other] = UInt32(index)
            index += 1
        }
        stacks = metadata + Self.metadataByteCount(slotCount: slotCount) - slotCount * Self.stacksByteCount
        waitingCount = slotCount
        self.slotCount = slotCount
    }

    private func descriptor(of index: UInt) -> Ref<SampledSlot> {
        precondition(index < slotCount)
        return unsafe slots.reference(unchecked: index)
    }

    private func memory(of index: UInt) -> Address { base + index * slotByteCount + Unit.osPage }

    private func stacks(of index: UInt) -> Address { stacks + index * Self.stacksByteCount }

    /// The slot of an address in the pool.
    private func index(of address: Address) -> UInt { address.offset(from: base) / slotByteCount }

    /// The memory that the slots lie in, for the page map.
    var extent: (start: Address, byteCount: UInt) { (base, slotCount * slotByteCount) }

    /// Takes a slot for a block, which reads as zero.
    /// - Parameters:
    ///   - byteCount: 1 … `roomByteCount`; the usable size is exactly that.
    ///   - alignment: a power of two from 16 to an OS page.
    /// - Returns: nil if no slot is free, or the kernel refuses.
    mutating func allocate(byteCount: UInt, alignment: UInt, random: UInt64) -> Address? {
        guard let index = takeSlot() else {
            refusedCount.add(1, ordering: .relaxed)
            return nil
        }
        let slot = descriptor(of: index)
        let former = slot.pointee.state.exchange(SampledSlot.State.opening, ordering: .acquiring)
        let window = SampledSlot.window(of: byteCount, in: memory(of: index), roomByteCount, random: random)
        guard VirtualMemory.protect(window, byteCount: byteCount.aligned(up: Unit.osPage), writable: true) else {
            slot.pointee.state.store(former, ordering: .relaxed)
            giveSlotBack(index)
            refusedCount.add(1, ordering: .relaxed)
            return nil
        }
        let block = slot.pointee.open(
            window, byteCount: byteCount, alignment: alignment, random: random, stacks: stacks(of: index))
        slot.pointee.state.store(SampledSlot.State.live, ordering: .releasing)
        return block
    }

    private mutating func takeSlot() -> UInt? {
        lock.acquire()
        defer { lock.release() }
        guard waitingCount > slotCount / 4 else { return nil }
        let index = unsafe waiting[unchecked: firstWaiting]
        firstWaiting = firstWaiting + 1 == slotCount ? 0 : firstWaiting + 1
        waitingCount -= 1
        return UInt(index)
    }

    private mutating func giveSlotBack(_ index: UInt) {
        lock.acquire()
        defer { lock.release() }
        unsafe waiting[unchecked: (firstWaiting + waitingCount) % slotCount] = UInt32(index)
        waitingCount += 1
    }

    /// Frees a block. What is wrong with it, or with the address, is reported.
    /// - Parameter address: anywhere in the pool.
    mutating func deallocate(_ address: Address) {
        let index = index(of: address)
        let slot = descriptor(of: index)
        guard slot.pointee.history.start == address, claim(slot) else {
            refuse(address, .doubleFree, .invalidFree)
            return
        }
        if let damage = slot.pointee.damage {
            let history = slot.pointee.history
            Report.violation(damage, at: address, .block(byteCount: history.byteCount), history: history)
        }
        slot.pointee.close(stacks: stacks(of: index))
        let window = slot.pointee.window
        // What is more than an OS page is not worth keeping.
        if window.byteCount > Unit.osPage { _ = VirtualMemory.purge(window.start, byteCount: window.byteCount) }
        // Refused where the process is out of mappings: then accesses go unseen until the slot is used again.
        _ = VirtualMemory.protect(window.start, byteCount: window.byteCount, writable: false)
        slot.pointee.state.store(SampledSlot.State.freed, ordering: .releasing)
        giveSlotBack(index)
    }

    /// Of several threads that free a block, one succeeds.
    private func claim(_ slot: Ref<SampledSlot>) -> Bool {
        slot.pointee.state.compareExchange(
            expected: SampledSlot.State.live, desired: SampledSlot.State.closing, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Reports an address in the pool that is no live block's start.
    /// - Parameters:
    ///   - freed: the violation if a block started there that was freed.
    ///   - invalid: the violation if not.
    func refuse(_ address: Address, _ freed: Violation, _ invalid: Violation) {
        let slot = descriptor(of: index(of: address))
        guard slot.pointee.state.load(ordering: .acquiring) != SampledSlot.State.unused else {
            Report.violation(invalid, at: address, .foreign)
            return
        }
        let history = slot.pointee.history
        if address == history.start {
            Report.violation(freed, at: address, .block(byteCount: history.byteCount), history: history)
        } else {
            Report.violation(invalid, at: address, .inside(byteCount: history.byteCount), history: history)
        }
    }

    /// The requested size of the live block that starts at an address in the pool; nil if none does.
    func liveByteCount(_ address: Address) -> UInt? {
        let slot = descriptor(of: index(of: address))
        guard slot.pointee.state.load(ordering: .acquiring) == SampledSlot.State.live,
            slot.pointee.history.start == address
        else { return nil }
        return slot.pointee.history.byteCount
    }

    /// The live block that an address in the pool lies in.
    func liveBlock(covering address: Address) -> (start: Address, byteCount: UInt)? {
        let slot = descriptor(of: index(of: address))
        guard slot.pointee.state.load(ordering: .acquiring) == SampledSlot.State.live else { return nil }
        let (start, byteCount) = (slot.pointee.history.start, slot.pointee.history.byteCount)
        return address.offset(from: start) < byteCount ? (start, byteCount) : nil
    }

    /// True if an address in the pool lies where blocks can be.
    func owns(_ address: Address) -> Bool { address.offset(from: memory(of: index(of: address))) < roomByteCount }

    /// The slots, for reports of faults: see SampledGuards+Faults.swift.
    func slot(_ index: UInt) -> (slot: Ref<SampledSlot>, memory: Address) {
        (descriptor(of: index), memory(of: index))
    }
}
