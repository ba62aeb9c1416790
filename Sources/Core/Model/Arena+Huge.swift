// Huge blocks: mappings of their own, moved by the kernel when they grow.

extension Arena {
    /// Maps a huge block. With guardPages an inaccessible OS page, at least, lies on both sides of it.
    /// - Parameters:
    ///   - byteCount: of the block; 1 … PTRDIFF_MAX.
    ///   - alignment: a power of two.
    ///   - isGrowing: the block may well grow soon.
    mutating func mapHuge(byteCount: UInt, alignment: UInt, isGrowing: Bool = false) -> Ref<Page>? {
        let usable = byteCount.aligned(up: Unit.osPage)
        if alignment <= Unit.osPage, let page = takeReserved(usable, isGrowing: isGrowing) { return page }
        // Mappings start at a slice: so a block that is aligned to more lies one slice in.
        let leading = Variant.guardPages ? Swift.min(Swift.max(alignment, Unit.osPage), Unit.slice) : 0
        guard let total = Self.mappingByteCount(usable, leading),
            let mapping = reserveHuge(total, Swift.max(alignment, Unit.slice), usable, leading)
        else { return nil }
        lock.acquire()
        defer { lock.release() }
        guard let page = takeHugePage() else {
            VirtualMemory.unmap(mapping, byteCount: total)
            return nil
        }
        page.pointee.isZeroed = true
        describeHuge(page, mapping, total, usable, leading)
        linkHuge(page)
        return page
    }

    /// Adds a page to the list of huge ones; the lock must be held.
    mutating func linkHuge(_ page: Ref<Page>) {
        hugePages?.pointee.previous = page
        page.pointee.next = hugePages
        page.pointee.previous = nil
        hugePages = page
        hugeCount += 1
    }

    /// Takes it off the list again.
    mutating func unlinkHuge(_ page: Ref<Page>) {
        if let next = page.pointee.next { next.pointee.previous = page.pointee.previous }
        if let previous = page.pointee.previous {
            previous.pointee.next = page.pointee.next
        } else {
            hugePages = page.pointee.next
        }
        hugeCount -= 1
    }

    /// How many huge blocks there may be before what fits in a segment goes there: with its guards each takes three mappings.
    static var mostByChoice: UInt { 4000 }

    /// True if a block that would fit in a segment may have a mapping of its own; takes the lock.
    var mayMapByChoice: Bool {
        lock.acquire()
        defer { lock.release() }
        return hugeCount < Self.mostByChoice
    }

    /// The mapping that holds a block of `usable` bytes behind `leading` ones, guards included: whole slices, as in each the
    /// page map knows one owner only.
    static func mappingByteCount(_ usable: UInt, _ leading: UInt) -> UInt? {
        let (sum, overflow) = usable.addingReportingOverflow(leading + guardByteCount)
        return overflow || sum > UInt(Int.max) - Unit.slice ? nil : sum.aligned(up: Unit.slice)
    }

    /// Reserves a mapping, makes its block writable and the page map ready for it.
    private mutating func reserveHuge(
        _ total: UInt, _ alignment: UInt, _ usable: UInt, _ leading: UInt
    ) -> Address? {
        let mapping = VirtualMemory.map(
            byteCount: total, alignment: alignment, offset: alignment > Unit.slice ? leading : 0,
            writable: !Variant.guardPages,
            hint: Variant.randomizedFreeLists ? RandomPlace.draw(at: home) : Address(0))
        guard let mapping else { return nil }
        if Variant.guardPages,
            !VirtualMemory.protect(mapping + leading, byteCount: usable, writable: true)
        {
            VirtualMemory.unmap(mapping, byteCount: total)
            return nil
        }
        lock.acquire()
        defer { lock.release() }
        guard pageMap.pointee.prepare(mapping, byteCount: total, metadata: metadata, guards: guards) else {
            VirtualMemory.unmap(mapping, byteCount: total)
            return nil
        }
        return mapping
    }

    /// A descriptor for a huge page; the lock must be held.
    mutating func takeHugePage() -> Ref<Page>? {
        if let spare = spareHugePages {
            spareHugePages = spare.pointee.next
            return spare
        }
        let bytes = metadata.pointee.allocate(
            byteCount: Page.hugeDescriptorByteCount, alignment: 128, guards: guards)
        guard let bytes else { return nil }
        return unsafe Ref(at: bytes)
    }

    mutating func describeHuge(
        _ page: Ref<Page>, _ mapping: Address, _ total: UInt, _ usable: UInt, _ leading: UInt
    ) {
        page.pointee.kind = .huge
        page.pointee.origin = mapping + leading
        page.pointee.byteCount = usable
        page.pointee.leadingShift = leading == 0 ? 0 : UInt8(leading.trailingZeroBitCount)
        hugeByteCount += total
    }

    private static func leadingByteCount(of page: Ref<Page>) -> UInt {
        page.pointee.leadingShift == 0 ? 0 : 1 << UInt(page.pointee.leadingShift)
    }

    /// Where a huge page's mapping is, guards included.
    static func hugeMapping(of page: Ref<Page>) -> (start: Address, byteCount: UInt) {
        let leading = leadingByteCount(of: page)
        let byteCount = (leading + page.pointee.byteCount + guardByteCount).aligned(up: Unit.slice)
        return (page.pointee.origin - leading, byteCount)
    }

    /// Unmaps what is in front of a block, or where it was to be, and behind it, but not its own range.
    static func unmapAround(_ block: Address, _ usable: UInt, _ mapping: (start: Address, byteCount: UInt)) {
        VirtualMemory.unmap(mapping.start, byteCount: block.offset(from: mapping.start))
        let end = block + usable
        VirtualMemory.unmap(end, byteCount: (mapping.start + mapping.byteCount).offset(from: end))
    }

    /// Unmaps a retired huge page. Its descriptor stays readable and is used again.
    mutating func unmapHuge(_ page: Ref<Page>) {
        lock.acquire()
        defer { lock.release() }
        unmapHugeLocked(page)
    }

    /// The same while the lock is held.
    mutating func unmapHugeLocked(_ page: Ref<Page>) {
        let mapping = Self.hugeMapping(of: page)
        pageMap.pointee.set(mapping.start, byteCount: mapping.byteCount, to: nil)
        VirtualMemory.unmap(mapping.start, byteCount: mapping.byteCount)
        hugeByteCount -= mapping.byteCount
        unlinkHuge(page)
        page.pointee.next = spareHugePages
        spareHugePages = page
    }

    /// Resizes a huge block, which the caller has claimed, without copying: its pages move, or its tail goes.
    /// - Returns: false if the kernel has no room: the block is as it was.
    mutating func resizeHuge(_ page: Ref<Page>, toByteCount byteCount: UInt) -> Bool {
        let usable = byteCount.aligned(up: Unit.osPage)
        let old = Self.hugeMapping(of: page)
        let oldUsable = page.pointee.byteCount
        if usable == oldUsable { return true }
        if usable < oldUsable { return shrinkHuge(page, toUsable: usable) }
        let leading = Self.guardByteCount
        guard let (target, total) = reserveTarget(usable) else { return false }
        // Before the move: afterwards another thread's mapping may take the old place.
        pageMap.pointee.set(old.start, byteCount: old.byteCount, to: nil)
        let didMove = VirtualMemory.move(
            page.pointee.origin, byteCount: oldUsable, to: target + leading, newByteCount: usable)
        guard didMove else {
            pageMap.pointee.set(old.start, byteCount: old.byteCount, to: page)
            // Older kernels unmap the target before they refuse, and another thread may have mapped its place by now: what
            // is not certainly ours stays. It is address space without memory.
            Self.unmapAround(target + leading, usable, (target, total))
            return false
        }
        // What is left of the old mapping: its guards, around the hole that the move left.
        Self.unmapAround(page.pointee.origin, oldUsable, old)
        page.pointee.isZeroed = false
        lock.acquire()
        hugeByteCount -= old.byteCount
        describeHuge(page, target, total, usable, leading)
        lock.release()
        pageMap.pointee.set(target, byteCount: total, to: page)
        return true
    }

    /// An inaccessible mapping for `usable` bytes that are to move there, between guards, and the page map ready for it.
    mutating func reserveTarget(_ usable: UInt) -> (start: Address, byteCount: UInt)? {
        guard let total = Self.mappingByteCount(usable, Self.guardByteCount),
            let target = VirtualMemory.map(
                byteCount: total, alignment: Unit.slice, writable: false,
                hint: Variant.randomizedFreeLists ? RandomPlace.draw(at: home) : Address(0))
        else { return nil }
        lock.acquire()
        defer { lock.release() }
        guard pageMap.pointee.prepare(target, byteCount: total, metadata: metadata, guards: guards) else {
            VirtualMemory.unmap(target, byteCount: total)
            return nil
        }
        return (target, total)
    }

    /// Gives the tail of a claimed huge block back; the rest stays where it is.
    private mutating func shrinkHuge(_ page: Ref<Page>, toUsable usable: UInt) -> Bool {
        let old = Self.hugeMapping(of: page)
        let end = page.pointee.origin + usable
        let mappingEnd = old.start + old.byteCount
        let tail = (end + Self.guardByteCount).aligned(up: Unit.slice)
        if Variant.guardPages, !VirtualMemory.protect(end, byteCount: tail.offset(from: end), writable: false) {
            return false
        }
        // The rest of the last slice stays the block's, without memory.
        if end != tail { _ = VirtualMemory.purge(end, byteCount: tail.offset(from: end)) }
        let byteCount = mappingEnd.offset(from: tail)
        if byteCount != 0 {
            pageMap.pointee.set(tail, byteCount: byteCount, to: nil)
            VirtualMemory.unmap(tail, byteCount: byteCount)
        }
        lock.acquire()
        page.pointee.byteCount = usable
        hugeByteCount -= byteCount
        lock.release()
        return true
    }
}
