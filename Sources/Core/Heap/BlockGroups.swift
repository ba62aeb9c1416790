// Blocks by the backtrace of their allocation: leaked ones, or all.

/// A hash table of groups, in a mapping of its own.
struct BlockGroups {
    /// Blocks that were allocated from one place, and, if they are leaked, are leaked alike.
    struct Group {
        /// The backtrace's number in StackDepot; 0 if it is not known.
        var stack: UInt32 = 0
        /// Another leaked block leads to them.
        var isIndirect = false
        var count: UInt = 0
        var byteCount: UInt = 0
    }

    private let memory: Address
    private let groups: Table<Group>

    private static var capacity: UInt { 1 << 16 }
    /// Behind the table's places those of blocks whose backtrace is not known, direct and indirect: there is always room for them.
    private static var placeCount: UInt { capacity + 2 }
    private static var mappedByteCount: UInt {
        (placeCount * UInt(MemoryLayout<Group>.stride)).aligned(up: Unit.osPage)
    }

    /// - Returns: nil if there is no memory for it.
    init?() {
        guard let memory = VirtualMemory.map(byteCount: Self.mappedByteCount, writable: true) else { return nil }
        self.memory = memory
        unsafe groups = Table(at: memory)
    }

    /// Gives the memory back.
    func end() { VirtualMemory.unmap(memory, byteCount: Self.mappedByteCount) }

    private func group(_ place: UInt) -> Ref<Group> {
        precondition(place < Self.placeCount)
        return unsafe groups.reference(unchecked: place)
    }

    /// Counts a block. When there are too many groups it goes to those whose backtrace is not known.
    func add(stack: UInt32, isIndirect: Bool, byteCount: UInt) {
        if stack != 0, add(stack, isIndirect, byteCount) { return }
        let group = group(Self.capacity + (isIndirect ? 1 : 0))
        group.pointee.isIndirect = isIndirect
        group.pointee.count += 1
        group.pointee.byteCount += byteCount
    }

    private func add(_ stack: UInt32, _ isIndirect: Bool, _ byteCount: UInt) -> Bool {
        var place = (UInt(stack) << 1 | (isIndirect ? 1 : 0)) &* 0x9E37_79B9_7F4A_7C15 >> 48
        for _ in 0..<64 {
            let group = group(place % Self.capacity)
            if group.pointee.count == 0 {
                group.pointee.stack = stack
                group.pointee.isIndirect = isIndirect
            }
            if group.pointee.stack == stack, group.pointee.isIndirect == isIndirect {
                group.pointee.count += 1
                group.pointee.byteCount += byteCount
                return true
            }
            place += 1
        }
        return false
    }

    /// Takes the group with the most bytes out, direct ones first; nil if none is left.
    func removeLargest() -> Group? {
        var best: Ref<Group>?
        for place in 0..<Self.placeCount {
            let group = group(place)
            guard group.pointee.count != 0 else { continue }
            if let old = best, !Self.isBefore(group.pointee, old.pointee) { continue }
            best = group
        }
        guard let best else { return nil }
        let group = best.pointee
        best.pointee.count = 0
        return group
    }

    /// Calls `body` with every group, in no order.
    func forEach(_ body: (Group) -> Void) {
        for place in 0..<Self.placeCount {
            let group = group(place)
            if group.pointee.count != 0 { body(group.pointee) }
        }
    }

    private static func isBefore(_ one: Group, _ other: Group) -> Bool {
        one.isIndirect != other.isIndirect ? other.isIndirect : one.byteCount > other.byteCount
    }
}
