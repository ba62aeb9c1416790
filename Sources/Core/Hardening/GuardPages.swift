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
    private let installed = Atomic<UInt>(0)
    private var budget: UInt = 0
    /// The kernel has MADV_GUARD_INSTALL; set by `configure`, before a second thread exists.
    private(set) var usesAdvice = false

    init() {}

    /// - Parameters:
    ///   - probe: an OS page of private writable memory that nothing uses.
    ///   - mayUseAdvice: false to use mprotect even where the kernel has better.
    mutating func configure(budget: UInt, mayUseAdvice: Bool, probe: Address) {
        self.budget = budget
        usesAdvice =
            mayUseAdvice && VirtualMemory.installGuard(probe, byteCount: Unit.osPage)
            && VirtualMemory.removeGuard(probe, byteCount: Unit.osPage)
    }

    /// Guards asked for and not had, so far.
    var refusedCount: UInt { refused.load(ordering: .relaxed) }
    /// Guards in force.
    var installedCount: UInt { installed.load(ordering: .relaxed) }

    /// Makes a range of writable memory fault on access.
    /// - Returns: false if no guard could be had; the range stays as it was.
    borrowing func install(_ address: Address, byteCount: UInt) -> Bool {
        if usesAdvice {
            if VirtualMemory.installGuard(address, byteCount: byteCount) { return count(true) }
            return count(false)
        }
        guard protected.add(1, ordering: .relaxed).newValue <= budget else {
            protected.subtract(1, ordering: .relaxed)
            return count(false)
        }
        if VirtualMemory.protect(address, byteCount: byteCount, writable: false) { return count(true) }
        protected.subtract(1, ordering: .relaxed)
        return count(false)
    }

    private borrowing func count(_ success: Bool) -> Bool {
        if success {
            installed.add(1, ordering: .relaxed)
        } else {
            refused.add(1, ordering: .relaxed)
        }
        return success
    }

    /// Makes `guardCount` guards within a range ordinary memory again.
    /// - Returns: false if the kernel refused (it may be out of mappings): the range must not be used.
    borrowing func remove(_ address: Address, byteCount: UInt, guardCount: UInt) -> Bool {
        if usesAdvice {
            guard VirtualMemory.removeGuard(address, byteCount: byteCount) else { return false }
        } else {
            guard VirtualMemory.protect(address, byteCount: byteCount, writable: true) else { return false }
            protected.subtract(guardCount, ordering: .relaxed)
        }
        installed.subtract(guardCount, ordering: .relaxed)
        return true
    }
}
