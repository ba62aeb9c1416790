// Pointers that are no live block's start. Never corrupts anything, whatever the variant: what is not ours is not
// written, what is ours is not changed.

import Synchronization

extension Allocator {
    /// An address outside all our pages was passed in, and is not handed on.
    /// - Parameters:
    ///   - freed: the violation if a block started there in a page that is gone.
    ///   - invalid: the violation if nothing is known of the address.
    @inline(never) mutating func refuseForeign(_ address: Address, _ freed: Violation, _ invalid: Violation) {
        // Policies other than `report` are about what is not ours; what was ours is misused all the same.
        guard foreignPointerPolicy == .report || (Variant.reportsMisuse && isOurs(address)) else {
            foreignFreeCount.add(1, ordering: .relaxed)
            return
        }
        if phase.load(ordering: .acquiring) == 2, let byteCount = arena.formerBlockByteCount(at: address) {
            Report.violation(freed, at: address, .block(byteCount: byteCount))
        } else {
            Report.violation(invalid, at: address, .foreign)
        }
    }

    /// An address inside one of our pages was passed in that is no live block's start.
    /// - Parameters:
    ///   - freed: the violation if a block starts there that is not in use.
    ///   - invalid: the violation if no block starts there.
    @inline(never) mutating func refuse(
        _ page: Ref<Page>, _ address: Address, _ freed: Violation, _ invalid: Violation
    ) {
        guard Variant.reportsMisuse || foreignPointerPolicy == .report else {
            foreignFreeCount.add(1, ordering: .relaxed)
            return
        }
        if Variant.sampledGuards, page.pointee.kind == .sampled {
            samples.refuse(address, freed, invalid)
        } else if page.pointee.kind == .blocks {
            if let number = page.pointee.sharedNumber(ofBlockAt: address), number != 0 {
                let byteCount = page.pointee.formerByteCount(number)
                Report.violation(
                    freed, at: address, .block(byteCount: byteCount),
                    history: page.pointee.history(number, at: address, byteCount))
            } else {
                Report.violation(
                    invalid, at: address, .inside(byteCount: page.pointee.roomByteCount),
                    history: page.pointee.history(covering: address))
            }
        } else if page.pointee.kind == .trap {
            let isStart = address.isAligned(to: Unit.block)
            Report.violation(
                isStart ? freed : invalid, at: address, isStart ? .block(byteCount: 0) : .inside(byteCount: 0))
        } else {
            let byteCount = page.pointee.requestedByteCount
            let isStart = address == page.pointee.userStart
            Report.violation(
                isStart ? freed : invalid, at: address,
                isStart ? .block(byteCount: byteCount) : .inside(byteCount: byteCount),
                history: page.pointee.history(covering: address))
        }
    }
}
