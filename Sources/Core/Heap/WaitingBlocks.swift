// Freed blocks of a heap that wait in the order of their frees (flag longQuarantine). Only the heap's thread uses them.

/// A queue of blocks, none of them live, available or in a magazine. Valid (empty) when zero-initialised.
///
/// (1) entries first ..< first + count, modulo capacity, are the blocks that wait, each once
/// (2) byteCount: the sum of their blocks' sizes
/// (3) capacity is 0 or a power of two
struct WaitingBlocks {
    private(set) var byteCount: UInt = 0
    private(set) var count: UInt = 0
    private var first: UInt = 0
    private(set) var capacity: UInt = 0
    private var memory = Address(0)

    private func place(_ index: UInt) -> Address { memory + (index & (capacity &- 1)) &* 8 }

    /// - Parameter index: below `count`; 0 is the one that waits longest.
    func entry(_ index: UInt) -> MagazineEntry { MagazineEntry(bits: unsafe place(first &+ index).loadWord()) }

    /// - Returns: false if there is no memory for one more.
    mutating func append(_ entry: MagazineEntry) -> Bool {
        if count == capacity, !grow() { return false }
        unsafe place(first &+ count).storeWord(entry.bits)
        count += 1
        byteCount += UInt(entry.page.pointee.blockByteCount)
        return true
    }

    /// Takes the one out that waited longest. There must be one.
    mutating func removeFirst() -> MagazineEntry {
        let oldest = entry(0)
        first = (first &+ 1) & (capacity &- 1)
        count -= 1
        byteCount -= UInt(oldest.page.pointee.blockByteCount)
        return oldest
    }

    /// After all pages went: nothing waits.
    mutating func forget() { (byteCount, count, first) = (0, 0, 0) }

    private mutating func grow() -> Bool {
        let newCapacity = Swift.max(Unit.osPage / 8, capacity * 2)
        guard let new = VirtualMemory.map(byteCount: newCapacity * 8, writable: true) else { return false }
        var index: UInt = 0
        while index < count {
            unsafe (new + index * 8).storeWord(entry(index).bits)
            index += 1
        }
        if capacity != 0 { VirtualMemory.unmap(memory, byteCount: capacity * 8) }
        (memory, capacity, first) = (new, newCapacity, 0)
        return true
    }
}
