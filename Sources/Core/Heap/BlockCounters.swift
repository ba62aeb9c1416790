// How many blocks there are and were, by their size (flag blockStacks). Counted as blocks are remembered; any thread.

import CBulwark
import Synchronization

/// Counters by size class; large and huge blocks have one each behind the classes'. Valid when zero-initialised.
struct BlockCounters: ~Copyable {
    private let totals = InlineArray<90, Atomic<UInt>> { _ in Atomic<UInt>(0) }
    private let lives = InlineArray<90, Atomic<UInt>> { _ in Atomic<UInt>(0) }
    private let peaks = InlineArray<90, Atomic<UInt>> { _ in Atomic<UInt>(0) }
    private let byteCounts = InlineArray<90, Atomic<UInt>> { _ in Atomic<UInt>(0) }

    init() {}

    static var count: Int { SizeClass.count + 2 }
    static var large: Int { SizeClass.count }
    static var huge: Int { SizeClass.count + 1 }

    /// One class's.
    struct Row {
        /// Blocks that were ever allocated; that are in use; the most that were at once.
        var total: UInt = 0
        var live: UInt = 0
        var peak: UInt = 0
        /// The requested bytes of those in use.
        var byteCount: UInt = 0

        static func + (one: Row, other: Row) -> Row {
            Row(
                total: one.total + other.total, live: one.live + other.live, peak: one.peak + other.peak,
                byteCount: one.byteCount + other.byteCount)
        }
    }

    /// - Parameter index: below `count`.
    subscript(index: Int) -> Row {
        Row(
            total: Self.read(totals[index]), live: Self.read(lives[index]), peak: Self.read(peaks[index]),
            byteCount: Self.read(byteCounts[index]))
    }

    /// Two threads that free one block at the same instant count it twice, before one of them is reported: then what is
    /// counted may be less than nothing, for a while.
    private static func read(_ counter: borrowing Atomic<UInt>) -> UInt {
        let value = counter.load(ordering: .relaxed)
        return Int(bitPattern: value) < 0 ? 0 : value
    }

    func noteAllocation(_ index: Int, byteCount: UInt) {
        totals[index].wrappingAdd(1, ordering: .relaxed)
        byteCounts[index].wrappingAdd(byteCount, ordering: .relaxed)
        let live = lives[index].wrappingAdd(1, ordering: .relaxed).newValue
        if Int(bitPattern: live) > 0 { peaks[index].max(live, ordering: .relaxed) }
    }

    func noteDeallocation(_ index: Int, byteCount: UInt) {
        lives[index].wrappingSubtract(1, ordering: .relaxed)
        byteCounts[index].wrappingSubtract(byteCount, ordering: .relaxed)
    }

    /// The block was not freed after all.
    func forgetDeallocation(_ index: Int, byteCount: UInt) {
        lives[index].wrappingAdd(1, ordering: .relaxed)
        byteCounts[index].wrappingAdd(byteCount, ordering: .relaxed)
    }

    /// Where blocks of a page are counted.
    static func index(of page: Ref<Page>) -> Int {
        switch page.pointee.kind {
        case .huge: huge
        case .large: large
        default: Int(page.pointee.sizeClass.index)
        }
    }
}
