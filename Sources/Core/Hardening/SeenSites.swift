// Call sites that were reported already, so that each is reported once. Any thread.

import Synchronization

/// A set of up to 64 addresses; what comes later counts as seen. Valid (empty) when zero-initialised.
struct SeenSites: ~Copyable {
    private let sites = InlineArray<64, Atomic<UInt>> { _ in Atomic<UInt>(0) }

    init() {}

    /// - Parameter site: not 0.
    /// - Returns: true if it was not in the set, which it is now.
    borrowing func insert(_ site: UInt) -> Bool {
        for place in 0..<64 {
            let old = sites[place].compareExchange(expected: 0, desired: site, ordering: .relaxed)
            if old.exchanged { return true }
            if old.original == site { return false }
        }
        return false
    }
}
