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
        guard isInUse(number) else { return 0 }
        guard Variant.paddingCanaries else { return UInt(blockByteCount) &- remainder }
        // A live block's seal is written by its owner, in calls that the program ordered before this one.
        guard let byteCount = sealedByteCount(of: address - remainder), remainder < byteCount else { return 0 }
        return byteCount &- remainder
    }

    @inline(__always) private func certainRoomOfSingle(_ offset: UInt) -> UInt {
        guard kind == .large || kind == .huge, isSingleInUse else { return 0 }
        let (byteCount, offset) = (requestedByteCount, offset &- shift)
        return offset < byteCount ? byteCount &- offset : 0
    }

    /// The page's one block is in its user's hands; freed ones may wait in the page map.
    @inline(__always) private var isSingleInUse: Bool {
        let state = sharedState
        return state.isInUse && state.isUnowned
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
        switch kind {
        case .sampled: return .foreign  // asked of SampledGuards
        case .trap:
            let start = Address(address.bits.aligned(down: Unit.block))
            return .block(start, byteCount: 0, room: 0, isLive: isLiveTrap(start))
        case .large, .huge:
            let offset = address.offset(from: userStart)
            guard offset < byteCount &- shift else { return .outside(blockByteCount: byteCount &- shift) }
            return .block(offset, of: userStart, byteCount: requestedByteCount, isLive: isSingleInUse)
        case .blocks:
            let size = UInt(blockByteCount)
            let offset = address.offset(from: origin)
            let number = offset / size
            guard number != 0, number <= UInt(blockCount) else { return .outside(blockByteCount: size) }
            let start = address - offset % size
            let isLive = isInUse(number)
            return .block(
                offset % size, of: start, byteCount: isLive ? requestedByteCount(of: start) : roomByteCount,
                isLive: isLive)
        }
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
    /// (A live one of 0 bytes is what malloc(0) returned.)
    case block(_ start: Address, byteCount: UInt, room: UInt, isLive: Bool)

    fileprivate static func block(_ offset: UInt, of start: Address, byteCount: UInt, isLive: Bool) -> Room {
        .block(start, byteCount: byteCount, room: offset < byteCount ? byteCount - offset : 0, isLive: isLive)
    }
}
