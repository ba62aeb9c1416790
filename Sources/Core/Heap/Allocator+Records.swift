// Who allocates and who frees (flag blockStacks): remembered as blocks come and go, beside the paths that do it.

import Synchronization

extension Allocator {
    /// Remembers who was given a live block: the caller of our library.
    @inline(never) func noteAllocation(of block: Address, _ origin: AllocationOrigin) {
        guard let record = record(ofLive: block), let page = pageMap.page(covering: block) else { return }
        let stack = Self.stack()
        let byteCount = liveByteCount(page, block) ?? 0
        record.pointee.noteAllocation(stack, thread: CurrentThread.rememberedID, origin, byteCount: byteCount)
        counters.noteAllocation(BlockCounters.index(of: page), byteCount: byteCount)
    }

    /// Remembers who is about to free a block; nothing, if no live block starts there.
    @inline(never) func noteDeallocation(of address: Address) {
        guard let record = record(ofLive: address), let page = pageMap.page(covering: address) else { return }
        let stack = Self.stack()
        record.pointee.noteDeallocation(stack, thread: CurrentThread.rememberedID)
        // What was allocated before anything was remembered was not counted either.
        guard record.pointee.isNoted else { return }
        counters.noteDeallocation(BlockCounters.index(of: page), byteCount: record.pointee.byteCount)
    }

    /// The block at `address` was not freed after all.
    func forgetDeallocation(of address: Address) {
        guard let record = record(ofLive: address), let page = pageMap.page(covering: address) else { return }
        record.pointee.forgetDeallocation()
        guard record.pointee.isNoted else { return }
        counters.forgetDeallocation(BlockCounters.index(of: page), byteCount: record.pointee.byteCount)
    }

    private static func stack() -> UInt32 { StackDepot.shared.pointee.number(of: callerBacktrace()) }

    /// Who called our library.
    static func callerBacktrace() -> Backtrace {
        var backtrace = Backtrace()
        Unwinder.capture(into: &backtrace)
        return backtrace
    }

    /// The record of the live block that starts at an address.
    func record(ofLive address: Address) -> Ref<BlockRecord>? {
        guard phase.load(ordering: .acquiring) == 2, let page = pageMap.page(covering: address) else { return nil }
        guard page.pointee.kind == .blocks else {
            let state = page.pointee.sharedState
            return address == page.pointee.origin && state.isInUse ? page.pointee.record(0) : nil
        }
        guard let number = page.pointee.sharedNumber(ofBlockAt: address), page.pointee.states.isLive(number) else {
            return nil
        }
        return page.pointee.record(number)
    }
}
