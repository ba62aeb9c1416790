// Who allocates and who frees (flag blockStacks): remembered as blocks come and go, beside the paths that do it.

import Synchronization

extension Allocator {
    /// Remembers who was given a live block: the caller of our library.
    @inline(never) func noteAllocation(of block: Address, _ origin: AllocationOrigin) {
        guard let (page, record) = recorded(block) else { return }
        let stack = Self.stack()
        let byteCount =
            page.pointee.kind == .blocks
            ? page.pointee.requestedByteCount(of: block) : page.pointee.requestedByteCount
        record.pointee.noteAllocation(stack, thread: CurrentThread.rememberedID, origin, byteCount: byteCount)
        counters.noteAllocation(BlockCounters.index(of: page), byteCount: byteCount)
    }

    /// Remembers who is about to free a block; nothing, if no live block starts there.
    @inline(never) func noteDeallocation(of address: Address) {
        guard let (page, record) = recorded(address) else { return }
        let stack = Self.stack()
        record.pointee.noteDeallocation(stack, thread: CurrentThread.rememberedID)
        // What was allocated before anything was remembered was not counted either.
        guard record.pointee.isNoted else { return }
        counters.noteDeallocation(BlockCounters.index(of: page), byteCount: record.pointee.byteCount)
    }

    /// The block at `address` was not freed after all.
    func forgetDeallocation(of address: Address) {
        guard let (page, record) = recorded(address) else { return }
        record.pointee.forgetDeallocation()
        guard record.pointee.isNoted else { return }
        counters.forgetDeallocation(BlockCounters.index(of: page), byteCount: record.pointee.byteCount)
    }

    private static func stack() -> UInt32 {
        var backtrace = Backtrace()
        Unwinder.capture(into: &backtrace)
        return StackDepot.shared.pointee.number(of: backtrace)
    }

    /// Who called our library.
    static func callerBacktrace() -> Backtrace {
        var backtrace = Backtrace()
        Unwinder.capture(into: &backtrace)
        return backtrace
    }

    /// The page and the record of the live block that starts at an address.
    func recorded(_ address: Address) -> (page: Ref<Page>, record: Ref<BlockRecord>)? {
        guard phase.load(ordering: .acquiring) == 2, let page = pageMap.page(covering: address) else { return nil }
        var number: UInt32 = 0
        if page.pointee.kind == .blocks {
            guard let found = page.pointee.sharedNumber(ofBlockAt: address), page.pointee.states.isLive(found) else {
                return nil
            }
            number = found
        } else {
            guard address == page.pointee.userStart, page.pointee.sharedState.isInUse else { return nil }
        }
        guard let record = page.pointee.record(number) else { return nil }
        return (page, record)
    }
}
