// All equations of the core, all contents, and the totals against the books.

import CBulwark
import CFuzz

enum Consistency {
    /// - Parameters:
    ///   - probesGuards: also ask the kernel about each guard, a system call each.
    ///   - hasFailures: the kernel has refused something.
    ///   - countsForeignFrees: the program has passed no wrong pointer.
    static func check(
        _ books: ShadowBlocks, probesGuards: Bool = false, hasFailures: Bool = false, countsForeignFrees: Bool = true
    ) {
        books.checkContents()
        let allocator = Allocator.shared
        for thread in 0..<UInt32(FUZZ_THREAD_COUNT) {
            let heap = fuzz_thread_heap(thread)
            guard heap != 0 else { continue }
            if let broken = Invariants.broken(unsafe Ref<Heap>(at: Address(heap))) { finding("heap: \(broken)") }
        }
        if let broken = Invariants.broken(allocator, probesGuards: probesGuards && !hasFailures) {
            // A run whose protection the kernel would not change stays out of use: Model/Arena+Detain.swift.
            expect(hasFailures && broken.hasSuffix("is not in use"), "allocator: \(broken)")
        }
        let statistics = allocator.pointee.statistics()
        let count = UInt(books.blocks.count { allocator.page(covering: $0.address)?.pointee.kind != .trap })
        let used = statistics.usedCount + statistics.hugeCount
        // Without states, blocks that wait on a threadFree count as used.
        expect(
            Variant.doubleFreeDetection ? used == count : used >= count,
            "statistics count \(used) blocks, there are \(count)")
        if countsForeignFrees { expect(statistics.foreignFreeCount == 0, "statistics count foreign frees") }
    }
}
