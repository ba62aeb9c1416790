// How far it is from an address to the end of its block: for copies that are checked. Any thread.

import Synchronization

extension Page {
    /// The bytes from the address up to the end of its block, if it lies in a block that is in use; else 0.
    ///
    /// 0 proves nothing: then `room` says more. (It is 0 near the end of blocks for which the reciprocal is a little too
    /// large.)
    @inline(__always) func certainRoom(at address: Address) -> UInt {
        // As in number(ofBlockAt:), but the address may be inside a block. Where offset · (reciprocal · blockByteCount
        // − 2³²) ≥ 2³² the number can be one too high; then, as for an address outside the page's blocks, the
        // remainder wraps, and is no less than blockByteCount.
        let offset = address.offset(from: origin)
        let number = (offset &* UInt(reciprocal)) &>> 32
        let remainder = offset &- number &* UInt(blockByteCount)
        guard remainder < UInt(blockByteCount) else { return blockByteCount == 0 ? certainRoomOfSingle(offset) : 0 }
        return isInUse(number) ? UInt(blockByteCount) &- remainder : 0
    }

    /// A page of one block leaves the page map when the block is freed: so, being found, it is in use.
    @inline(__always) private func certainRoomOfSingle(_ offset: UInt) -> UInt {
        offset < byteCount ? byteCount &- offset : 0
    }

    /// True if block `number` is in its user's hands.
    @inline(__always) private func isInUse(_ number: UInt) -> Bool {
        if Variant.doubleFreeDetection {
            return number <= UInt(Variant.PageStates.largestNumber)
                && states.isLive(UInt32(truncatingIfNeeded: number))
        }
        return number &- 1 < UInt(sharedCapacity.load(ordering: .relaxed))
    }

    /// What lies at an address that the page map leads here with.
    func room(at address: Address) -> Room {
        guard kind == .blocks else {
            let offset = address.offset(from: origin)
            let state = sharedState
            guard offset < byteCount else { return .outside(blockByteCount: byteCount) }
            let isLive = state.isInUse && state.isUnowned
            return .block(origin, byteCount: byteCount, room: byteCount - offset, isLive: isLive)
        }
        let blockByteCount = UInt(blockByteCount)
        let offset = address.offset(from: origin)
        let number = offset / blockByteCount
        guard number != 0, number <= UInt(blockCount) else { return .outside(blockByteCount: blockByteCount) }
        return .block(
            address - offset % blockByteCount, byteCount: blockByteCount,
            room: blockByteCount - offset % blockByteCount, isLive: isInUse(number))
    }
}

/// What is known of an address, for one who wants to read or write from there on.
enum Room: Equatable {
    /// It is not ours.
    case foreign
    /// It is in one of our pages, but in no block: a guard, or the rest behind the last block.
    case outside(blockByteCount: UInt)
    /// It is in a block that starts at `start`; `room` bytes are left up to its end. Not live: it was freed, or never
    /// handed out.
    case block(_ start: Address, byteCount: UInt, room: UInt, isLive: Bool)
}
