// What a fault was: called by the handler of SIGSEGV, on whichever thread. Takes no lock, allocates nothing, and never
// faults itself.

import Synchronization

extension Allocator {
    /// True if there are guards whose faults are to be reported.
    var expectsFaults: Bool {
        samples.rate.load(ordering: .relaxed) != 0 || reportsAllFaults.load(ordering: .relaxed)
    }

    /// What an access to an address violated, by the kind of page that covers it.
    /// - Returns: nil if it is none of our guards, or not to be reported.
    func access(at address: Address) -> GuardedAccess? {
        guard phase.load(ordering: .acquiring) == 2, let page = pageMap.page(covering: address) else { return nil }
        switch page.pointee.kind {
        case .sampled: return Variant.sampledGuards ? samples.access(at: address) : nil
        case .trap: return Self.access(toTrap: address)
        case .blocks, .large, .huge:
            return reportsAllFaults.load(ordering: .relaxed) ? Self.access(at: address, in: page) : nil
        }
    }

    private static func access(toTrap address: Address) -> GuardedAccess {
        var history = BlockHistory()
        history.start = Address(address.bits.aligned(down: Unit.block))
        return GuardedAccess(
            violation: .zeroSizeAccess, history: history, distance: address.offset(from: history.start))
    }

    /// An access to the guards around a page's blocks: which of them it was meant for is a guess, the nearest.
    private static func access(at address: Address, in page: Ref<Page>) -> GuardedAccess? {
        guard page.pointee.sharedState.isInUse else { return nil }
        var history = BlockHistory()
        var start = page.pointee.origin
        var end = start + page.pointee.byteCount
        history.byteCount = page.pointee.byteCount
        if page.pointee.kind == .blocks {
            history.byteCount = UInt(page.pointee.blockByteCount)
            start = page.pointee.origin + history.byteCount
            end = page.pointee.address(of: UInt32(page.pointee.blockCount)) + history.byteCount
        }
        if address.bits < start.bits {
            history.start = start
            return GuardedAccess(
                violation: .guardedUnderflow, history: history, distance: start.offset(from: address))
        }
        // Within the blocks memory is accessible: this fault has another reason.
        guard address.bits >= end.bits else { return nil }
        history.start = end - history.byteCount
        return GuardedAccess(violation: .guardedOverflow, history: history, distance: address.offset(from: end))
    }
}
