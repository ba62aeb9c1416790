// What an access that faulted in the pool was: called by the handler of SIGSEGV, so nothing here takes a lock.

import Synchronization

/// An access that a guard stopped.
struct GuardedAccess {
    let violation: Violation
    /// The block's past; its start and size at least.
    let history: BlockHistory
    /// Bytes from the block's end to what was accessed behind it, or from there to the start in front of it; within a
    /// freed block, from its start.
    let distance: UInt
}

extension SampledGuards {
    /// - Parameter address: in the pool.
    /// - Returns: nil if no block was ever near: a stray pointer.
    func access(at address: Address) -> GuardedAccess? {
        let offset = address.offset(from: extent.start)
        let index = offset / slotByteCount
        if isUsed(index) { return access(at: address, by: index) }
        // The guards at the ends of a slot that was never used serve its neighbours too.
        if offset % slotByteCount < Unit.osPage {
            return index != 0 && isUsed(index - 1) ? access(at: address, by: index - 1) : nil
        }
        return index + 1 != slotCount && isUsed(index + 1) ? access(at: address, by: index + 1) : nil
    }

    private func isUsed(_ index: UInt) -> Bool {
        slot(index).slot.pointee.state.load(ordering: .acquiring) != SampledSlot.State.unused
    }

    private func access(at address: Address, by index: UInt) -> GuardedAccess? {
        let slot = slot(index).slot
        let state = slot.pointee.state.load(ordering: .acquiring)
        let history = slot.pointee.history
        // Its first block is being made ready at this moment.
        guard history.start.bits != 0 else { return nil }
        let end = history.start + history.byteCount
        let isFreed = state == SampledSlot.State.freed
        let window = slot.pointee.window
        if address.offset(from: window.start) < window.byteCount, !isFreed {
            // Accessible by (1): it became so after the fault.
            return nil
        }
        if address.bits < history.start.bits {
            return GuardedAccess(
                violation: isFreed ? .guardedUseAfterFree : .guardedUnderflow, history: history,
                distance: history.start.offset(from: address))
        }
        let isBeyond = address.bits >= end.bits
        return GuardedAccess(
            violation: isFreed ? .guardedUseAfterFree : .guardedOverflow, history: history,
            distance: address.offset(from: isBeyond ? end : history.start))
    }
}
