// Who may report: one thread at a time, so that reports do not mix. In static memory, like all that a report writes to.

import CBulwark
import Synchronization

/// The lock of reports, and their memory. Valid when zero-initialised.
///
/// Whoever waits for it gives up in bounded time: the holder may be stuck, or wait in a handler for the very thread that
/// waits here.
struct Reporter: ~Copyable {
    /// 0: free. 1: a thread reports. 2: a thread has reported, and ends the process.
    private let state = Atomic<UInt32>(0)
    private let goneOn = Atomic<UInt>(0)

    init() {}

    static var shared: Ref<Reporter> { unsafe Ref(at: Address(bw_reporter())) }

    /// How long a thread waits for another one's report, in milliseconds: longer than opening libunwind may take.
    static var patience: UInt64 { 3000 }
    /// How long opening libunwind may take within a report, in milliseconds.
    static var openingLimit: UInt32 { 1000 }

    /// - Returns: false if another thread has not finished its report.
    func acquire() -> Bool {
        let start = bw_os_milliseconds()
        while true {
            let old = state.compareExchange(expected: 0, desired: 1, ordering: .acquiring)
            if old.exchanged { return true }
            guard bw_os_milliseconds() &- start < Self.patience else {
                // A report is complete, and yet its process lives on: it waits for us, so this is the time to speak.
                return state.compareExchange(expected: 2, desired: 1, ordering: .acquiring).exchanged
            }
            unsafe withUnsafePointer(to: self) { word in
                unsafe bw_os_futex_wait_for(UnsafeMutableRawPointer(mutating: word), old.original, 100)
            }
        }
    }

    func release() {
        state.store(0, ordering: .releasing)
        unsafe withUnsafePointer(to: self) { word in
            unsafe bw_os_futex_wake(UnsafeMutableRawPointer(mutating: word), 1)
        }
    }

    /// The calling thread has reported, and ends the process.
    func finish() { state.store(2, ordering: .releasing) }

    /// The process goes on after a violation.
    func noteGoingOn() { goneOn.add(1, ordering: .relaxed) }
    /// The violations after which the process went on.
    var goneOnCount: UInt { goneOn.load(ordering: .relaxed) }
    var hasGoneOn: Bool { goneOnCount != 0 }

    /// In the child of a fork: the thread that reported is gone, and what it reported was the parent's.
    func resetAfterFork() {
        state.store(0, ordering: .relaxed)
        goneOn.store(0, ordering: .relaxed)
    }
}
