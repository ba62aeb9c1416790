// All that is known of an address: bw_query. Any 64-bit value, any thread, at any time: takes no lock, never faults, and says what
// was true of some moment during the call.

import CBulwark
import Synchronization

/// What lies at an address. The numbers are those of `enum bw_state` in bulwark.h.
enum AddressState: UInt32 {
    /// Not ours.
    case foreign = 0
    /// Ours, and in no block: a guard, a gap between blocks, memory that no block was made of yet, or whose blocks are forgotten.
    case unused = 1
    /// In a block that is in its user's hands.
    case live = 2
    /// In a block that is free: it was freed, and may be handed out, or was never handed out.
    case freed = 3
    /// In a block that was freed, and that nobody can be given yet: its page's owner has not taken it back, or it is in quarantine.
    case waiting = 4
    /// In a block of which the variant does not know whether it is live or free.
    case untracked = 5
}

/// An answer.
struct Inspection {
    var state: AddressState
    /// The start of the block that the address lies in; nothing for `foreign` and `unused`.
    var start = Address(0)
    /// The block's requested size; where that is not known, the most that it could have been.
    var byteCount: UInt = 0
    /// `byteCount` is what was requested.
    var isExact = false
}

extension Allocator {
    /// - Parameter heapAddress: the calling thread's heap, or 0.
    /// - Complexity: O(1) for addresses in pages in use; else O(segments + slices).
    func inspect(_ address: Address, _ heapAddress: Address) -> Inspection {
        guard phase.load(ordering: .acquiring) == 2 else { return Inspection(state: .foreign) }
        guard let page = pageMap.page(covering: address) else { return arena.inspectFormer(address) }
        switch page.pointee.kind {
        case .trap:
            let start = Address(address.bits.aligned(down: Unit.block))
            return Inspection(state: page.pointee.isLiveTrap(start) ? .live : .freed, start: start, isExact: true)
        case .sampled:
            return Variant.sampledGuards ? samples.inspect(address) : Inspection(state: .unused)
        case .large, .huge:
            return page.pointee.inspectSingle(address)
        case .blocks:
            return page.pointee.inspectBlock(address, heapAddress)
        }
    }
}

extension Page {
    fileprivate func inspectSingle(_ address: Address) -> Inspection {
        let (start, byteCount) = (userStart, requestedByteCount)
        guard address.offset(from: start) < self.byteCount &- shift else { return Inspection(state: .unused) }
        // Whoever resizes it owns it meanwhile; who freed it has retired it.
        let state: AddressState = sharedState.isInUse ? .live : .waiting
        return Inspection(
            state: state, start: start, byteCount: byteCount, isExact: Variant.paddingCanaries)
    }

    fileprivate func inspectBlock(_ address: Address, _ heapAddress: Address) -> Inspection {
        let size = UInt(blockByteCount)
        guard size != 0 else { return Inspection(state: .unused) }
        let distance = address.offset(from: origin)
        let number = distance / size
        guard number != 0, number <= UInt(sharedCapacity.load(ordering: .relaxed)) else {
            return Inspection(state: .unused)
        }
        var answer = Inspection(state: .untracked, start: address - distance % size, byteCount: roomByteCount)
        guard Variant.doubleFreeDetection, number <= UInt(Variant.PageStates.largestNumber) else { return answer }
        let block = UInt32(truncatingIfNeeded: number)
        answer.state = states.isLive(block) ? .live : states.isKept(block) ? .waiting : .freed
        if let byteCount = rememberedByteCount(block) {
            answer.byteCount = byteCount
            answer.isExact = true
        } else if Variant.paddingCanaries, answer.state == .live,
            let byteCount = inspectSeal(of: answer.start, isOwner: owner.load(ordering: .relaxed) == heapAddress.bits)
        {
            answer.byteCount = byteCount
            answer.isExact = true
        }
        return answer
    }

    /// The requested size by a live block's seal. The owner alone may read it: another thread may free the block, and its page
    /// may become inaccessible at this instant; there the kernel reads.
    private func inspectSeal(of block: Address, isOwner: Bool) -> UInt? {
        if isOwner { return sealedByteCount(of: block) }
        let end = seal(of: block)
        var word: UInt64 = 0
        let isRead = unsafe withUnsafeMutableBytes(of: &word) {
            unsafe bw_os_copy_safely($0.baseAddress!, end.bits, 8, bw_os_process_id()) == 0
        }
        guard isRead else { return nil }
        let slack = Canary.slack(word, keys.canary(at: end))
        return slack <= roomByteCount ? roomByteCount - slack : nil
    }
}

extension Arena {
    /// The same for an address in none of the pages in use: what was there last, if its page is not forgotten.
    fileprivate func inspectFormer(_ address: Address) -> Inspection {
        var huge = spareHugePages
        while let page = huge {
            if let answer = page.pointee.inspectFormerSingle(address) { return answer }
            huge = page.pointee.next
        }
        for place in 0..<ReservedPages.capacity {
            if let page = reserve[place], let answer = page.pointee.inspectFormerSingle(address) { return answer }
        }
        var candidate = segments
        while let segment = candidate {
            let offset = address.offset(from: segment.pointee.base)
            if offset < Unit.segment { return Self.inspectFormer(segment, offset / Unit.slice, address) }
            candidate = segment.pointee.next
        }
        return Inspection(state: .foreign)
    }

    /// Of the retired pages whose runs covered the slice, the one that began last.
    private static func inspectFormer(_ segment: Ref<Segment>, _ slice: UInt, _ address: Address) -> Inspection {
        var first = slice
        while true {
            let page = Segment.page(first, of: segment)
            if first + UInt(page.pointee.sliceCount) > slice, !page.pointee.sharedState.isInUse {
                if page.pointee.kind != .blocks {
                    if let answer = page.pointee.inspectFormerSingle(address) { return answer }
                } else if let answer = page.pointee.inspectFormerBlock(address) {
                    return answer
                }
            }
            if first == 0 { return Inspection(state: .unused) }
            first -= 1
        }
    }
}

extension Page {
    fileprivate func inspectFormerSingle(_ address: Address) -> Inspection? {
        guard kind == .large || kind == .huge, address.offset(from: userStart) < byteCount &- shift else {
            return nil
        }
        return Inspection(
            state: .freed, start: userStart, byteCount: requestedByteCount, isExact: Variant.paddingCanaries)
    }

    fileprivate func inspectFormerBlock(_ address: Address) -> Inspection? {
        let size = UInt(blockByteCount)
        guard size != 0 else { return nil }
        let distance = address.offset(from: origin)
        let number = distance / size
        guard number != 0, number <= UInt(sharedCapacity.load(ordering: .relaxed)) else { return nil }
        return Inspection(state: .freed, start: address - distance % size, byteCount: roomByteCount)
    }
}

extension SampledGuards {
    /// The same for an address in the pool.
    fileprivate func inspect(_ address: Address) -> Inspection {
        let slot = slot(address.offset(from: extent.start) / slotByteCount).slot
        let state = slot.pointee.state.load(ordering: .acquiring)
        let (start, byteCount) = (slot.pointee.history.start, slot.pointee.history.byteCount)
        // Only its block is anybody's: the rest of its OS pages is filling.
        guard state != SampledSlot.State.unused, address.offset(from: start) < byteCount else {
            return Inspection(state: .unused)
        }
        return Inspection(
            state: state == SampledSlot.State.live ? .live : .waiting, start: start, byteCount: byteCount,
            isExact: true)
    }
}
