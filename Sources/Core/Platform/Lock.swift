// The one lock of the core: a futex word. Slow paths only; the order of the locks is in Heap/Fork.swift.

import CBulwark
import Synchronization

/// A lock that sleeps in the kernel. Valid (unlocked) when zero-initialised; not recursive, but for threads that pass
/// locks (CurrentThread.passesLocks).
/// The protocol is the second one of U. Drepper, "Futexes Are Tricky" (2011): 0 free, 1 held, 2 held with waiters.
struct Lock: ~Copyable {
    private let state = Atomic<UInt32>(0)

    init() {}

    borrowing func acquire() {
        if !tryAcquire() { acquireSlowly() }
    }

    /// Takes the lock if it is free.
    borrowing func tryAcquire() -> Bool {
        guard state.compareExchange(expected: 0, desired: 1, ordering: .acquiring).exchanged else { return false }
        if CurrentThread.passesLocks { CurrentThread.noteLock(isTaken: true) }
        return true
    }

    @inline(never) private borrowing func acquireSlowly() {
        if CurrentThread.passesLocks {
            CurrentThread.noteLock(isTaken: false)
            return
        }
        if ForkMark.isWiped {
            // The child of a fork without handlers, and its only thread: whoever held the lock is gone.
            state.store(1, ordering: .relaxed)
            return
        }
        // A short spin: sections under a lock are some hundred instructions.
        for _ in 0..<100 where state.load(ordering: .relaxed) == 0 {
            if tryAcquire() { return }
        }
        while state.exchange(2, ordering: .acquiring) != 0 {
            unsafe withUnsafePointer(to: self) { word in
                unsafe bw_os_futex_wait(UnsafeMutableRawPointer(mutating: word), 2)
            }
        }
    }

    borrowing func release() {
        if CurrentThread.passesLocks, !CurrentThread.lastLockWasTaken() { return }
        if state.exchange(0, ordering: .releasing) == 2 {
            unsafe withUnsafePointer(to: self) { word in
                unsafe bw_os_futex_wake(UnsafeMutableRawPointer(mutating: word), 1)
            }
        }
    }

    /// In the child of a fork, where the threads that waited are gone.
    borrowing func resetAfterFork() { state.store(0, ordering: .relaxed) }

    @inline(__always) borrowing func withLock<Result>(_ body: () -> Result) -> Result {
        acquire()
        defer { release() }
        return body()
    }
}
