// The equations of Heap.swift and Magazine.swift. For use while no other thread is inside.

import Synchronization

extension Invariants {
    /// Heap (1) to (4), those of its magazines, and those of all its pages.
    static func broken(_ heap: Ref<Heap>) -> String? {
        let empty = heap.pointee.allocator.pointee.emptyPageReference
        if empty.pointee.free != 0 || empty.pointee.used != 0 { return "Heap: the empty page was written" }
        for word in 0...64 {
            let sizeClass = SizeClass(holding: UInt(word) * 16)
            let first = heap.pointee.queues[Int(sizeClass.index)].first ?? empty
            let expected = Variant.usesMagazines ? heap.pointee.magazine(sizeClass).address : first.address
            if heap.pointee.direct[word].address != expected { return "Heap (1): direct[\(word)]" }
        }
        if let broken = brokenMagazines(heap) { return broken }
        let magazines = magazineBlocks(heap)
        for index in 0..<SizeClass.count {
            guard let pages = pages(of: heap.pointee.queues[index]) else { return "PageQueue (1): queue \(index)" }
            let setAsideCount = pages.count { $0.pointee.isSetAside }
            if setAsideCount != heap.pointee.setAsideCounts[index] { return "Heap (3): setAsideCounts" }
            for (place, page) in pages.enumerated() {
                if place == 0, page.pointee.isSetAside { return "Heap (3): the first page is set aside" }
                if page.pointee.isPinned != (place == 0) { return "Heap (2): isPinned" }
                if page.pointee.sizeClass.index != index { return "Heap: a page in the wrong queue" }
                if let broken = brokenMember(page, heap, magazines, isFull: false) { return broken }
            }
        }
        guard let full = pages(of: heap.pointee.full) else { return "PageQueue (1): full" }
        for page in full { if let broken = brokenMember(page, heap, magazines, isFull: true) { return broken } }
        return nil
    }

    private static func brokenMember(
        _ page: Ref<Page>, _ heap: Ref<Heap>, _ magazines: [UInt: [UInt32]], isFull: Bool
    ) -> String? {
        if page.pointee.owner.load(ordering: .relaxed) != heap.address.bits { return "Heap (4): owner" }
        if page.pointee.isFull != isFull { return "Heap (4): isFull" }
        let state = page.pointee.sharedState
        if !state.isInUse || state.isUnowned { return "ThreadFree (1)(2): \(state)" }
        if state.wantsWake != isFull, !state.isWaking { return "ThreadFree (4): wantsWake \(state)" }
        return broken(page, magazine: magazines[page.address.bits] ?? [])
    }

    /// Magazine (1) and (3).
    private static func brokenMagazines(_ heap: Ref<Heap>) -> String? {
        guard Variant.usesMagazines else { return nil }
        var touched = [UInt32](repeating: 0, count: SizeClass.count)
        for queue in (0..<SizeClass.count).map({ heap.pointee.queues[$0] }) + [heap.pointee.full] {
            for page in pages(of: queue) ?? [] {
                touched[Int(page.pointee.sizeClass.index)] += page.pointee.touchedCount
            }
        }
        for sizeClass in SizeClass.all {
            let magazine = heap.pointee.magazine(sizeClass)
            if magazine.pointee.count > Magazine.capacity { return "Magazine (1): count" }
            var seen: Set<UInt64> = []
            for (place, entry) in entries(magazine).enumerated() {
                let isOwn = entry.page.pointee.owner.load(ordering: .relaxed) == heap.address.bits
                if !isOwn || entry.page.pointee.kind != .blocks || entry.page.pointee.sizeClass != sizeClass {
                    return "Magazine (1): entry \(place) of class \(sizeClass.index) is another heap's or class's"
                }
                if entry.number == 0 || entry.number > entry.page.madeCount {
                    return "Magazine (1): no block's number"
                }
                if !seen.insert(entry.bits & ~(1 << 63)).inserted { return "Magazine (1): a block twice" }
            }
            let next = magazine.pointee.next
            if next.bits != 0, magazine.pointee.nextBlock != next.page.pointee.address(of: next.number) {
                return "Magazine: nextBlock"
            }
            if magazine.pointee.existing != touched[Int(sizeClass.index)] {
                return "Magazine (3): class \(sizeClass.index), existing \(magazine.pointee.existing), touched "
                    + "\(touched[Int(sizeClass.index)])"
            }
        }
        return nil
    }

    private static func entries(_ magazine: Ref<Magazine>) -> [MagazineEntry] {
        let others = (0..<min(magazine.pointee.count, Magazine.capacity)).map { magazine[$0] }
        return magazine.pointee.next.bits == 0 ? others : others + [magazine.pointee.next]
    }

    /// The blocks in a heap's magazines, and those that wait, by the address of their page's descriptor.
    static func magazineBlocks(_ heap: Ref<Heap>) -> [UInt: [UInt32]] {
        guard Variant.usesMagazines else { return [:] }
        var blocks: [UInt: [UInt32]] = [:]
        for sizeClass in SizeClass.all {
            for entry in entries(heap.pointee.magazine(sizeClass)) {
                blocks[entry.page.address.bits, default: []].append(entry.number)
            }
        }
        for index in 0..<heap.pointee.waiting.count {
            let entry = heap.pointee.waiting.entry(index)
            blocks[entry.page.address.bits, default: []].append(entry.number)
        }
        return blocks
    }

    /// The same for all heaps of an allocator.
    static func magazineBlocks(_ allocator: Ref<Allocator>) -> [UInt: [UInt32]] {
        var blocks: [UInt: [UInt32]] = [:]
        var candidate = allocator.pointee.allHeaps
        while let heap = candidate {
            blocks.merge(magazineBlocks(heap)) { $0 + $1 }
            candidate = heap.pointee.nextHeap
        }
        return blocks
    }
}
