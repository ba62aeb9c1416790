// Making a page out of a run of slices. The caller owns the run; nobody finds the page before it is published.

import Synchronization

extension Page {
    /// Lays blocks of a size class out over the run that starts at `start`.
    /// - Parameter random: words for the keys.
    mutating func setUpBlocks(
        of sizeClass: SizeClass, start: Address, states address: Address, heap: Address,
        random: () -> UInt64
    ) {
        let blockByteCount = sizeClass.blockByteCount
        let margin = Arena.guardByteCount
        let room = UInt(sliceCount) * Unit.slice - 2 * margin
        self.sizeClass = sizeClass
        self.kind = .blocks
        self.blockByteCount = UInt32(blockByteCount)
        origin = start + margin - blockByteCount
        reciprocal = UInt32((UInt(1) << 32 + blockByteCount - 1) / blockByteCount)
        blockCount = UInt16(Swift.min(room / blockByteCount, UInt(Variant.PageStates.largestNumber)))
        capacity = 0
        extent = 0
        free = 0
        localFree = 0
        used = 0
        isPinned = false
        isFull = false
        isSetAside = false
        isIdle = false
        next = nil
        previous = nil
        unsafe states = Variant.PageStates(at: address)
        states.clear(count: UInt32(blockCount))
        if sizeClass.isSparse { states.rested = 0 }
        keys = Variant.PageKeys(drawing: random)
        open(ownedBy: heap.bits)
    }

    /// Makes the run one large block, without spare room.
    /// - Parameter offset: from the run's start to the block; at least a guard.
    ///   - byteCount: the requested size.
    mutating func setUpLarge(
        start: Address, offset: UInt, byteCount: UInt, isZeroed: Bool, random: () -> UInt64
    ) {
        kind = .large
        blockByteCount = 0
        origin = start + offset
        self.byteCount = byteCount.aligned(up: Unit.osPage)
        self.isZeroed = isZeroed
        isFull = false
        used = 0
        next = nil
        previous = nil
        sealSingle(byteCount, random: random)
        openUnowned()
    }

    /// Lets other threads in: the page is in use from now on.
    private func open(ownedBy heap: UInt) {
        changeState { $0.isInUse = true }
        owner.store(heap, ordering: .releasing)
    }

    /// The same for a page of one block, which has no owner.
    func openUnowned() {
        owner.store(Self.unowned, ordering: .relaxed)
        changeState {
            $0.isInUse = true
            $0.isUnowned = true
        }
    }
}
