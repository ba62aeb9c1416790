// The equations of Segment.swift, PageMap.swift, DetainedPages.swift and the arena's lists. For use while no other thread is inside.

import Synchronization

extension Invariants {
    /// Segments, their pages and the page map, all of them.
    /// - Parameter probesGuards: also ask the kernel whether each guard is one (a system call each).
    static func broken(_ allocator: Ref<Allocator>, probesGuards: Bool = false) -> String? {
        var count: UInt = 0
        var previous: Ref<Segment>?
        var candidate = allocator.pointee.arena.segments
        let magazines = magazineBlocks(allocator)
        while let segment = candidate {
            if segment.pointee.previous != previous { return "Arena: segment list" }
            if let broken = brokenSets(segment) ?? brokenSegment(allocator, segment, magazines) { return broken }
            if probesGuards, let broken = brokenGuards(allocator, segment) { return broken }
            count += 1
            previous = segment
            candidate = segment.pointee.next
        }
        if count != allocator.pointee.arena.segmentCount { return "Arena: segmentCount" }
        return brokenDetained(allocator) ?? brokenRooms(allocator) ?? brokenReserve(allocator)
            ?? brokenHuge(allocator) ?? brokenAbandoned(allocator)
    }

    /// What the sets of a segment say of each other.
    private static func brokenSets(_ segment: Ref<Segment>) -> String? {
        let (free, dirty, sealed) = (segment.pointee.free, segment.pointee.dirty, segment.pointee.sealed)
        let (fronts, backs) = (segment.pointee.frontGuards, segment.pointee.backGuards)
        let committed = segment.pointee.committedCount
        let alignment = Variant.randomizedFreeLists ? Unit.slice : Unit.segment
        if !segment.pointee.base.isAligned(to: alignment) { return "Segment: base" }
        var available = free
        if Variant.quarantine { available.subtract(dirty) }
        if segment.pointee.longestFreeRun < available.longestRun { return "Segment: longestFreeRun" }
        for slice in 0..<Unit.slicesInSegment {
            if dirty.contains(slice), !free.contains(slice) { return "Segment (2): slice \(slice)" }
            if slice >= committed, !free.contains(slice) || dirty.contains(slice) { return "Segment (3): \(slice)" }
            if segment.pointee.withheld.contains(slice), free.contains(slice) { return "Segment (6): slice \(slice)" }
            guard sealed.contains(slice) else { continue }
            if !free.contains(slice) { return "Segment (5): slice \(slice)" }
            if fronts.contains(slice) || backs.contains(slice) { return "Segment (5): guards of slice \(slice)" }
        }
        return nil
    }

    private static func brokenSegment(
        _ allocator: Ref<Allocator>, _ segment: Ref<Segment>, _ magazines: [UInt: [UInt32]]
    ) -> String? {
        let free = segment.pointee.free
        let detained = detainedPages(allocator)
        var slice: UInt = 0
        while slice < Unit.slicesInSegment {
            if free.contains(slice) || segment.pointee.withheld.contains(slice) {
                let owner = allocator.page(covering: segment.pointee.address(ofSlice: slice) + 5)
                if owner != nil { return "PageMap (2): free slice \(slice) has an entry" }
                slice += 1
                continue
            }
            let page = Segment.page(slice, of: segment)
            let end = slice + UInt(page.pointee.sliceCount)
            let state = page.pointee.sharedState
            if end == slice || end > Unit.slicesInSegment { return "Segment (1): slice \(slice) has no page" }
            if state.isInUse == detained.contains(page) { return "Segment (1): page \(slice) is not in use" }
            if state.isWaking, state.wantsWake { return "ThreadFree (5)" }
            while slice < end {
                let address = segment.pointee.address(ofSlice: slice)
                if free.contains(slice) { return "Segment (1): slice \(slice) is free and in use" }
                if allocator.page(covering: address) != page { return "PageMap (1): \(slice)" }
                slice += 1
            }
            if page.pointee.kind == .blocks,
                let broken = broken(page, magazine: magazines[page.address.bits] ?? [])
            {
                return broken
            }
        }
        return nil
    }

    /// Asks the kernel about every slice's ends.
    private static func brokenGuards(_ allocator: Ref<Allocator>, _ segment: Ref<Segment>) -> String? {
        let (fronts, backs) = (segment.pointee.frontGuards, segment.pointee.backGuards)
        var slice: UInt = 0
        while slice < segment.pointee.committedCount {
            if segment.pointee.withheld.contains(slice) {
                slice += 1
                continue
            }
            if let page = allocator.page(covering: segment.pointee.address(ofSlice: slice)),
                page.pointee.kind == .large,
                page.pointee.guardCount != 0 || page.pointee.spareRoom != 0 || !page.pointee.sharedState.isInUse
            {
                if let broken = brokenLargeGuards(allocator, page) { return broken }
                slice += UInt(page.pointee.sliceCount)
                continue
            }
            let start = segment.pointee.address(ofSlice: slice)
            let last = start + (Unit.slice - 1)
            if segment.pointee.sealed.contains(slice) {
                for byte in [start, start + Unit.slice / 2, last] where MemoryProbe.isReadable(byte) {
                    return "Segment (5): slice \(slice)"
                }
            } else {
                if MemoryProbe.isReadable(start) == fronts.contains(slice) { return "Segment (4): front of \(slice)" }
                if MemoryProbe.isReadable(last) == backs.contains(slice) { return "Segment (4): back of \(slice)" }
            }
            slice += 1
        }
        return nil
    }

    /// A large block's run: all of it that is not the block faults, if its guards could be had; when it is detained the
    /// block does, too.
    static func brokenLargeGuards(_ allocator: Ref<Allocator>, _ page: Ref<Page>) -> String? {
        let start = allocator.pointee.arena.runStart(of: page)
        let end = start + UInt(page.pointee.sliceCount) * Unit.slice
        let block = page.pointee.origin
        let last = block + (page.pointee.byteCount - 1)
        let isInUse = page.pointee.sharedState.isInUse
        if MemoryProbe.isReadable(block) != isInUse || MemoryProbe.isReadable(last) != isInUse {
            return "a large block in use, or a detained one, is not as it should be"
        }
        let room = page.pointee.largeRoom
        if page.pointee.spareRoom != 0, MemoryProbe.isReadable(room.start) || MemoryProbe.isReadable(block - 1) {
            return "the spare room of a large block"
        }
        guard Variant.guardPages, page.pointee.guardCount == 2 else { return nil }
        for byte in [start, block - 1, last + 1, end - 1] where MemoryProbe.isReadable(byte) {
            return "the guards of a large block"
        }
        return nil
    }

    static func detainedPages(_ allocator: Ref<Allocator>) -> [Ref<Page>] {
        (0..<allocator.pointee.arena.detained.count).compactMap { allocator.pointee.arena.detained[$0] }
    }

    /// DetainedPages (1), and that nobody can access what waits there.
    private static func brokenDetained(_ allocator: Ref<Allocator>) -> String? {
        let pages = detainedPages(allocator)
        let count = allocator.pointee.arena.detained.count
        if pages.count != count || count > DetainedPages.capacity { return "DetainedPages (1): count" }
        var sum: UInt = 0
        for (place, page) in pages.enumerated() {
            if pages[..<place].contains(page) { return "DetainedPages (1): a page twice" }
            if page.pointee.sharedState.isInUse { return "DetainedPages (1): a page in use" }
            if page.pointee.kind != .large, page.pointee.kind != .huge { return "DetainedPages: kind" }
            if allocator.page(covering: page.pointee.origin) != page { return "DetainedPages (1): a page that went" }
            if MemoryProbe.isReadable(page.pointee.origin) { return "a detained block can be read" }
            sum += page.pointee.kind == .large ? page.pointee.largeRoom.byteCount : 0
        }
        return sum == allocator.pointee.arena.detained.byteCount ? nil : "DetainedPages: byteCount"
    }

    /// The counts of large pages with spare room, in use, and of those whose room is a mapping of its own.
    private static func brokenRooms(_ allocator: Ref<Allocator>) -> String? {
        var (spare, apart): (UInt, UInt) = (0, 0)
        var candidate = allocator.pointee.arena.segments
        while let segment = candidate {
            var slice: UInt = 0
            while slice < Unit.slicesInSegment {
                let page = Segment.page(slice, of: segment)
                let isFree = segment.pointee.free.contains(slice)
                if !isFree, page.pointee.kind == .large {
                    let start = segment.pointee.address(ofSlice: slice)
                    let room = page.pointee.largeRoom
                    if room.start.bits < start.bits { return "Page: spareRoom" }
                    if page.pointee.isApart { apart += 1 }
                    if page.pointee.spareRoom != 0, page.pointee.sharedState.isInUse { spare += 1 }
                }
                slice += isFree ? 1 : max(1, UInt(page.pointee.sliceCount))
            }
            candidate = segment.pointee.next
        }
        if spare != allocator.pointee.arena.spareRoomCount { return "Arena: spareRoomCount" }
        return apart == allocator.pointee.arena.apartCount ? nil : "Arena: apartCount"
    }

    /// ReservedPages (1), and that nobody finds what waits there.
    private static func brokenReserve(_ allocator: Ref<Allocator>) -> String? {
        let count = allocator.pointee.arena.reserve.count
        let pages = (0..<count).compactMap { allocator.pointee.arena.reserve[$0] }
        if pages.count != count || count > ReservedPages.capacity { return "ReservedPages (1): count" }
        var sum: UInt = 0
        for (place, page) in pages.enumerated() {
            if pages[..<place].contains(page) { return "ReservedPages (1): a page twice" }
            if page.pointee.sharedState.isInUse || page.pointee.kind != .huge { return "ReservedPages (1): a page" }
            let isKnown = Variant.doubleFreeDetection && !Variant.quarantine
            if allocator.page(covering: page.pointee.origin) != (isKnown ? page : nil) {
                return "ReservedPages: found"
            }
            let (origin, byteCount) = (page.pointee.origin, page.pointee.byteCount)
            if !MemoryProbe.isWritable(origin + (byteCount - 1)) { return "ReservedPages (1): not writable" }
            if Variant.guardPages, MemoryProbe.isReadable(origin - 1) || MemoryProbe.isReadable(origin + byteCount) {
                return "ReservedPages (1): guards"
            }
            sum += byteCount
        }
        return sum == allocator.pointee.arena.reserve.byteCount ? nil : "ReservedPages (1): byteCount"
    }

    private static func brokenHuge(_ allocator: Ref<Allocator>) -> String? {
        var count: UInt = 0
        var sum: UInt = 0
        var previous: Ref<Page>?
        var candidate = allocator.pointee.arena.hugePages
        while let page = candidate {
            if page.pointee.previous != previous { return "Arena: list of huge pages" }
            let mapping = Arena.hugeMapping(of: page)
            // Else the page map would take a neighbour's memory for the block's.
            if mapping.start.bits % Unit.slice != 0 || mapping.byteCount % Unit.slice != 0 {
                return "Arena: a huge page's mapping is whole slices"
            }
            sum += mapping.byteCount
            count += 1
            for address in [mapping.start, page.pointee.origin, mapping.start + (mapping.byteCount - 1)]
            where allocator.page(covering: address) != page { return "PageMap (1): huge" }
            previous = page
            candidate = page.pointee.next
        }
        if count != allocator.pointee.arena.hugeCount { return "Arena: hugeCount" }
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
