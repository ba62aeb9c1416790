// The program's function that frees what it put off (bw_register_deferred_free): called by slow paths before they take a lock.

import CBulwark
import Synchronization

enum DeferredFree {
    /// Calls it, if there is one, unless the thread runs it already or is in no state to allocate.
    @inline(__always) static func run(force: Bool) {
        if bw_has_hook(BW_HOOK_DEFERRED) { call(force) }
    }

    @inline(never) private static func call(_ force: Bool) {
        guard Allocator.isReady(Allocator.shared), !CurrentThread.isReporting, !CurrentThread.isEnding,
            !CurrentThread.passesLocks, !CurrentThread.runsHook
        else { return }
        CurrentThread.runsHook = true
        bw_call_deferred_free_hook(
            force, Allocator.shared.pointee.heartbeats.add(1, ordering: .relaxed).newValue)
        CurrentThread.runsHook = false
    }
}
