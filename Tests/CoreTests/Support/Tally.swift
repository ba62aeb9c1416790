// A counter that several threads add to.

import Synchronization

/// Valid (0) when zero-initialised.
struct Tally: ~Copyable {
    private let count = Atomic<Int>(0)

    func add(_ number: Int = 1) { count.add(number, ordering: .relaxed) }
    var total: Int { count.load(ordering: .relaxed) }
}
