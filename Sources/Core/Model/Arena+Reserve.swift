// The memory of freed huge blocks, kept for new ones until the purge delay is over: to fault it in again costs more than
// all else that an allocator does. With quarantine it moves to another place at once, so that the old one faults and waits.

import Synchronization

extension Arena {
    /// Keeps a retired huge page with its memory, where freed blocks need not fault.
    /// - Returns: false if it is too large: the caller unmaps it.
    mutating func keep(_ page: Ref<Page>) -> Bool {
        guard !Variant.quarantine, page.pointee.kind == .huge,
            page.pointee.byteCount <= ReservedPages.largestByteCount
        else { return false }
        let mapping = Self.hugeMapping(of: page)
        // A second free is to be known as one.
        if !Variant.doubleFreeDetection {
            pageMap.pointee.set(mapping.start, byteCount: mapping.byteCount, to: nil)
        }
        lock.acquire()
        defer { lock.release() }
        hugeByteCount -= mapping.byteCount
        unlinkHuge(page)
        addToReserve(page)
        return true
    }

    /// Moves the memory of a retired huge page to a place that nobody knows; its own place is empty then.
    /// - Returns: false if the memory is where it was: there is too much of it, or the kernel refused.
    mutating func moveToReserve(_ page: Ref<Page>) -> Bool {
        let usable = page.pointee.byteCount
        guard usable <= ReservedPages.largestByteCount, let (target, total) = reserveTarget(usable) else {
            return false
        }
        let leading = Self.guardByteCount
        guard VirtualMemory.moveAway(page.pointee.origin, byteCount: usable, to: target + leading) else {
            // Older kernels unmap the target before they refuse: see resizeHuge.
            Self.unmapAround(target + leading, usable, (target, total))
            return false
        }
        lock.acquire()
        defer { lock.release() }
        guard let moved = takeHugePage() else {
            VirtualMemory.unmap(target, byteCount: total)
            return true
        }
        describeHuge(moved, target, total, usable, leading)
        hugeByteCount -= total
        addToReserve(moved)
        return true
    }

    private mutating func addToReserve(_ page: Ref<Page>) {
        let deadline = Moment.now.milliseconds + purgeDelay
        if reserve.count == ReservedPages.capacity { releaseFirstReserved() }
        reserve.append(page, deadline: deadline)
        while isHoldingTooMuch, reserve.count > 1 { releaseFirstReserved() }
        expectPurge(at: deadline)
    }

    /// Unmaps what has waited longest; the lock must be held.
    mutating func releaseFirstReserved() {
        guard let page = reserve.remove(0) else { return }
        let mapping = Self.hugeMapping(of: page)
        pageMap.pointee.set(mapping.start, byteCount: mapping.byteCount, to: nil)
        VirtualMemory.unmap(mapping.start, byteCount: mapping.byteCount)
        page.pointee.next = spareHugePages
        spareHugePages = page
    }

    /// Makes a huge block of memory that waits, if there is some of about the size.
    /// - Parameters:
    ///   - usable: whole OS pages.
    ///   - isGrowing: more room than half as much again is welcome, where it costs nothing.
    /// - Returns: its page, as `mapHuge` gives it; its memory is as its last user left it. Without quarantine the block may be
    ///   larger than wanted.
    mutating func takeReserved(_ usable: UInt, isGrowing: Bool = false) -> Ref<Page>? {
        let spare = isGrowing && !Variant.quarantine ? usable + usable / 2 : usable / 2
        lock.acquire()
        guard let place = reserve.bestPlace(for: usable, most: usable &+ spare), let page = reserve.remove(place)
        else {
            lock.release()
            return nil
        }
        hugeByteCount += Self.hugeMapping(of: page).byteCount
        linkHuge(page)
        lock.release()
        page.pointee.isZeroed = false
        // The last user may have made some of it read-only; else the kernel has nothing to do.
        let isWritable = VirtualMemory.protect(
            page.pointee.origin, byteCount: page.pointee.byteCount, writable: true)
        let fits = !Variant.quarantine && page.pointee.byteCount >= usable
        if isWritable, fits || resizeHuge(page, toByteCount: usable) {
            return page
        }
        unmapHuge(page)
        return nil
    }
}
