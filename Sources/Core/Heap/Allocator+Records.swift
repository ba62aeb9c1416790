// Who allocates and who frees (flag blockStacks): remembered as blocks come and go, beside the paths that do it.

import Synchronization

extension Allocator {
    /// Remembers who was given a live block: the caller of our library.
    @inline(never) func noteAllocation(of block: Address, _ origin: AllocationOrigin) {
        guard let record = record(ofLive: block) else { return }
        let stack = Self.stack()
        record.pointee.noteAllocation(stack, thread: CurrentThread.rememberedID, origin)
    }

    /// Remembers who is about to free a block; nothing, if no live block starts there.
    @inline(never) func noteDeallocation(of address: Address) {
        guard let record = record(ofLive: address) else { return }
        let stack = Self.stack()
        record.pointee.noteDeallocation(stack, thread: CurrentThread.rememberedID)
    }

    /// The block at `address` was not freed after all.
    func forgetDeallocation(of address: Address) { record(ofLive: address)?.pointee.forgetDeallocation() }

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
