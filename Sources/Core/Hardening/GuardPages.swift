// Guards (flag guardPages): OS pages that fault on access. A guard that cannot be had is counted, and never fails
// an allocation. Slow paths only; any thread.

import Synchronization

/// Installs and removes guards, by MADV_GUARD_INSTALL where the kernel has it (Linux 6.13), else by mprotect.
///
/// An mprotect guard splits a mapping in three, and a process may have `vm.max_map_count` mappings (65,530 by
/// default): past a budget there are no more guards. Valid when zero-initialised, with an empty budget.
struct GuardPages: ~Copyable {
    /// Guards in force made by mprotect; never above `budget`.
    private let protected = Atomic<UInt>(0)
    /// Guards asked for and not had.
    private let refused = Atomic<UInt>(0)
    /// Guards in force that may be removed again, and those that never are.
    private let installed = Atomic<UInt>(0)
    private let permanent = Atomic<UInt>(0)
    private let budget = Atomic<UInt>(0)
    /// The kernel has MADV_GUARD_INSTALL; set by `configure`, before a second thread exists.
    private(set) var usesAdvice = false

    /// How many guards fewer than at the first refusal there may be from then on.
    static var reserve: UInt { 1000 }

    init() {}

    /// - Parameters:
    ///   - probe: an OS page of private writable memory that nothing uses.
    ///   - mayUseAdvice: false to use mprotect even where the kernel has better.
    mutating func configure(budget: UInt, mayUseAdvice: Bool, probe: Address) {
        self.budget.store(budget, ordering: .relaxed)
        // Guards are removed as they were installed: once there are any to remove, the method stays.
        guard installed.load(ordering: .relaxed) == 0 else { return }
        usesAdvice =
            mayUseAdvice && VirtualMemory.installGuard(probe, byteCount: Unit.osPage)
            && VirtualMemory.removeGuard(probe, byteCount: Unit.osPage)
    }

    /// Guards asked for and not had, so far.
    var refusedCount: UInt { refused.load(ordering: .relaxed) }
    /// Guards in force.
    var installedCount: UInt { installed.load(ordering: .relaxed) + permanent.load(ordering: .relaxed) }

    /// Makes a range of writable memory fault on access.
    /// - Parameter isPermanent: the guard will never be removed.
    /// - Returns: false if no guard could be had; the range stays as it was.
    borrowing func install(_ address: Address, byteCount: UInt, isPermanent: Bool = false) -> Bool {
        if usesAdvice {
            if VirtualMemory.installGuard(address, byteCount: byteCount) { return count(true, isPermanent) }
            return count(false, isPermanent)
        }
        guard protected.add(1, ordering: .relaxed).newValue <= budget.load(ordering: .relaxed) else {
            protected.subtract(1, ordering: .relaxed)
            return count(false, isPermanent)
        }
        if VirtualMemory.protect(address, byteCount: byteCount, writable: false) { return count(true, isPermanent) }
        let others = protected.subtract(1, ordering: .relaxed).newValue
        // The process is out of mappings. Guards must not take the last ones: allocations need some, to become writable.
        if others != 0 { budget.store(others > Self.reserve ? others - Self.reserve : others, ordering: .relaxed) }
        return count(false, isPermanent)
    }

    private borrowing func count(_ success: Bool, _ isPermanent: Bool) -> Bool {
        if !success {
            refused.add(1, ordering: .relaxed)
        } else if isPermanent {
            permanent.add(1, ordering: .relaxed)
        } else {
            installed.add(1, ordering: .relaxed)
        }
        return success
    }

    /// Takes note that guards went with the mapping they were in.
    borrowing func forget(guardCount: UInt) {
        if !usesAdvice { protected.subtract(guardCount, ordering: .relaxed) }
        installed.subtract(guardCount, ordering: .relaxed)
    }

    /// Makes `guardCount` guards within a range ordinary memory again.
    /// - Returns: false if the kernel refused (it may be out of mappings): the range must not be used.
    borrowing func remove(_ address: Address, byteCount: UInt, guardCount: UInt) -> Bool {
        if usesAdvice {
            guard VirtualMemory.removeGuard(address, byteCount: byteCount) else { return false }
        } else {
            guard VirtualMemory.protect(address, byteCount: byteCount, writable: true) else { return false }
        }
        forget(guardCount: guardCount)
        return true
    }
}
