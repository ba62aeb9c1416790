// The equations of Segment.swift, PageMap.swift and the arena's lists. For use while no other thread is inside.

import Synchronization

extension Invariants {
    /// Segments, their pages and the page map, all of them.
    /// - Parameter probesGuards: also ask the kernel whether each guard is one (a system call each).
    static func broken(_ allocator: Ref<Allocator>, probesGuards: Bool = false) -> String? {
        var count: UInt = 0
        var previous: Ref<Segment>?
        var candidate = allocator.pointee.arena.segments
        while let segment = candidate {
            if segment.pointee.previous != previous { return "Arena: segment list" }
            if let broken = brokenSegment(allocator, segment, probesGuards) { return broken }
            count += 1
            previous = segment
            candidate = segment.pointee.next
        }
        if count != allocator.pointee.arena.segmentCount { return "Arena: segmentCount" }
        return brokenHuge(allocator) ?? brokenAbandoned(allocator)
    }

    private static func brokenSegment(_ allocator: Ref<Allocator>, _ segment: Ref<Segment>, _ probes: Bool) -> String?
    {
        let (free, dirty) = (segment.pointee.free, segment.pointee.dirty)
        let committed = segment.pointee.committedCount
        if !segment.pointee.base.isAligned(to: Unit.segment) { return "Segment: base" }
        if segment.pointee.longestFreeRun < free.longestRun { return "Segment: longestFreeRun" }
        var slice: UInt = 0
        while slice < Unit.slicesInSegment {
            let owner = allocator.page(covering: segment.pointee.address(ofSlice: slice) + 5)
            if free.contains(slice) {
                if owner != nil { return "PageMap (2): free slice \(slice) has an entry" }
                if dirty.contains(slice), slice >= committed { return "Segment (3): slice \(slice)" }
                slice += 1
                continue
            }
            if dirty.contains(slice) { return "Segment (2): slice \(slice)" }
            if slice >= committed { return "Segment (3): slice \(slice)" }
            let page = Segment.page(slice, of: segment)
            let end = slice + UInt(page.pointee.sliceCount)
            if end == slice || end > Unit.slicesInSegment { return "Segment (1): slice \(slice) has no page" }
            if !page.pointee.sharedState.isInUse { return "Segment (1): page \(slice) is not in use" }
            if page.pointee.sharedState.isWaking, page.pointee.sharedState.wantsWake { return "ThreadFree (5)" }
            while slice < end {
                let address = segment.pointee.address(ofSlice: slice)
                if free.contains(slice) { return "Segment (1): slice \(slice) is free and in use" }
                if allocator.page(covering: address) != page { return "PageMap (1): \(slice)" }
                slice += 1
            }
            if page.pointee.kind == .blocks, let broken = broken(page) { return broken }
        }
        return probes ? brokenGuards(segment) : nil
    }

    private static func brokenGuards(_ segment: Ref<Segment>) -> String? {
        let (fronts, backs) = (segment.pointee.frontGuards, segment.pointee.backGuards)
        for slice in 0..<segment.pointee.committedCount {
            let start = segment.pointee.address(ofSlice: slice)
            let last = start + (Unit.slice - 1)
            if MemoryProbe.isReadable(start) == fronts.contains(slice) { return "Segment (4): front of \(slice)" }
            if MemoryProbe.isReadable(last) == backs.contains(slice) { return "Segment (4): back of \(slice)" }
        }
        return nil
    }

    private static func brokenHuge(_ allocator: Ref<Allocator>) -> String? {
        var sum: UInt = 0
        var previous: Ref<Page>?
        var candidate = allocator.pointee.arena.hugePages
        while let page = candidate {
            if page.pointee.previous != previous { return "Arena: list of huge pages" }
            let mapping = Arena.hugeMapping(of: page)
            sum += mapping.byteCount
            for address in [mapping.start, page.pointee.origin, mapping.start + (mapping.byteCount - 1)]
            where allocator.page(covering: address) != page { return "PageMap (1): huge" }
            previous = page
            candidate = page.pointee.next
        }
        return sum == allocator.pointee.arena.hugeByteCount ? nil : "Arena: hugeByteCount"
    }

    private static func brokenAbandoned(_ allocator: Ref<Allocator>) -> String? {
        var count = 0
        for index in 0..<SizeClass.count {
            guard let pages = pages(of: allocator.pointee.abandoned[index]) else { return "PageQueue (1): abandoned" }
            for page in pages {
                count += 1
                if !page.pointee.sharedState.isUnowned { return "ThreadFree (2): abandoned, yet owned" }
                if page.pointee.owner.load(ordering: .relaxed) != Page.unowned {
                    return "Page: abandoned, with owner"
                }
                if page.pointee.sizeClass.index != index { return "Abandonment: wrong class" }
                if page.pointee.sharedState.head != 0 { return "Abandonment: a freed block waits for nobody" }
            }
        }
        return count == allocator.pointee.abandonedCount.load(ordering: .relaxed) ? nil : "abandonedCount"
    }
}
