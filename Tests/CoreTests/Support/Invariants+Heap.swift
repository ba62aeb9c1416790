// The equations of Heap.swift. For use while no other thread is inside.

import Synchronization

extension Invariants {
    /// Heap (1) to (3), and those of all its pages.
    static func broken(_ heap: Ref<Heap>) -> String? {
        let empty = heap.pointee.allocator.pointee.emptyPageReference
        if empty.pointee.free != 0 || empty.pointee.used != 0 { return "Heap: the empty page was written" }
        for word in 0...64 {
            let sizeClass = SizeClass(holding: UInt(word) * 16)
            let first = heap.pointee.queues[Int(sizeClass.index)].first ?? empty
            if heap.pointee.direct[word] != first { return "Heap (1): direct[\(word)]" }
        }
        for index in 0..<SizeClass.count {
            guard let pages = pages(of: heap.pointee.queues[index]) else { return "PageQueue (1): queue \(index)" }
            for (place, page) in pages.enumerated() {
                if page.pointee.isPinned != (place == 0) { return "Heap (2): isPinned" }
                if page.pointee.sizeClass.index != index { return "Heap: a page in the wrong queue" }
                if let broken = brokenMember(page, heap, isFull: false) { return broken }
            }
        }
        guard let full = pages(of: heap.pointee.full) else { return "PageQueue (1): full" }
        for page in full { if let broken = brokenMember(page, heap, isFull: true) { return broken } }
        return nil
    }

    private static func brokenMember(_ page: Ref<Page>, _ heap: Ref<Heap>, isFull: Bool) -> String? {
        if page.pointee.owner.load(ordering: .relaxed) != heap.address.bits { return "Heap (3): owner" }
        if page.pointee.isFull != isFull { return "Heap (3): isFull" }
        let state = page.pointee.sharedState
        if !state.isInUse || state.isUnowned { return "ThreadFree (1)(2): \(state)" }
        if state.wantsWake != isFull, !state.isWaking { return "ThreadFree (4): wantsWake \(state)" }
        return broken(page)
    }
}
