// Freed large and huge blocks: nobody can access them, their addresses wait, and a large one's memory with them, so that a
// program which allocates and frees the like in a loop does not fault its memory in each time. (A huge one's memory goes
// elsewhere: Arena+Reserve.swift.)

import Synchronization

extension Arena {
    /// Takes a retired page of one block. Its block faults from now on; the page map still knows it, so that a second free
    /// is called one.
    /// - Returns: false if that cannot be had: the caller releases the page.
    mutating func detain(_ page: Ref<Page>) -> Bool {
        guard Variant.quarantine else { return false }
        if page.pointee.kind == .huge, !moveToReserve(page) {
            // Before it is protected: that costs as much again for each OS page that has memory.
            _ = VirtualMemory.purge(page.pointee.origin, byteCount: page.pointee.byteCount)
        }
        guard VirtualMemory.protect(page.pointee.origin, byteCount: page.pointee.byteCount, writable: false) else {
            return false
        }
        let deadline = Moment.now.milliseconds + purgeDelay
        lock.acquire()
        defer { lock.release() }
        noteSpareRoom(of: page, isLeaving: true)
        while detained.count == DetainedPages.capacity || isHoldingTooMuch, detained.count != 0 {
            releaseFirstDetained()
        }
        detained.append(page, deadline: deadline)
        expectPurge(at: deadline)
        return true
    }

    /// More memory waits than may.
    var isHoldingTooMuch: Bool { detained.byteCount + reserve.byteCount > DetainedPages.largestByteCount }

    /// How many large blocks in use may be smaller than an earlier block of their run: each takes two mappings.
    static var mostSpareRooms: UInt { 1000 }

    /// Counts the large blocks in use that have spare room; the lock must be held.
    private mutating func noteSpareRoom(of page: Ref<Page>, isLeaving: Bool) {
        guard page.pointee.kind == .large, page.pointee.spareRoom != 0 else { return }
        if isLeaving { spareRoomCount -= 1 } else { spareRoomCount += 1 }
    }

    /// How many rooms of large blocks may be mappings of their own: each takes four more.
    static var mostApart: UInt { 1000 }

    /// Makes the room of a detained page a mapping of its own; the lock must be held. What the kernel refuses is only slower.
    private mutating func setApart(_ page: Ref<Page>) {
        guard Variant.guardPages, !page.pointee.isApart, apartCount < Self.mostApart else { return }
        let room = page.pointee.largeRoom
        // These OS pages are guards, or would be: they hold nothing.
        guard VirtualMemory.setDumped(room.start - Unit.osPage, byteCount: Unit.osPage, false) else { return }
        _ = VirtualMemory.setDumped(room.start + room.byteCount, byteCount: Unit.osPage, false)
        page.pointee.isApart = true
        apartCount += 1
    }

    /// Takes the run of a large block that waits, for another one that is as large or up to a fifth smaller; which, of those,
    /// is random.
    /// - Parameters:
    ///   - requested: the new block's size.
    ///   - alignment: a power of two.
    /// - Returns: nil if none is there but the one that came last. Else its page, set up, its memory as its last user left
    ///   it, and its guards in place: where the new block is smaller, the rest in front of it stays inaccessible.
    mutating func takeDetained(_ requested: UInt, alignment: UInt) -> Ref<Page>? {
        guard Variant.quarantine else { return nil }
        let byteCount = requested.aligned(up: Unit.osPage)
        lock.acquire()
        defer { lock.release() }
        let mostSpare = spareRoomCount < Self.mostSpareRooms ? byteCount / 4 : 0
        var place = 0
        var chosen: Int?
        var matches: UInt64 = 0
        while place < detained.count - 1 {
            if let page = detained[place], page.pointee.kind == .large {
                let room = page.pointee.largeRoom
                if room.byteCount >= byteCount, room.byteCount - byteCount <= mostSpare,
                    alignment <= Unit.osPage
                        || (room.byteCount == byteCount && room.start.isAligned(to: alignment))
                {
                    // Each of the matches with the same probability, in one pass.
                    matches += 1
                    if random.next() % matches == 0 { chosen = place }
                }
            }
            place += 1
        }
        guard let chosen, let page = detained[chosen] else { return nil }
        let room = page.pointee.largeRoom
        // At the room's end: so that of its memory much the same serves each time.
        let spare = room.byteCount - byteCount
        let origin = room.start + spare
        setApart(page)
        guard VirtualMemory.protect(origin, byteCount: byteCount, writable: true) else { return nil }
        _ = detained.remove(chosen)
        let start = runStart(of: page)
        page.pointee.setUpLarge(
            start: start, offset: origin.offset(from: start), byteCount: requested, isZeroed: false
        ) { random.next() }
        page.pointee.spareRoom = spare
        noteSpareRoom(of: page, isLeaving: false)
        return page
    }

    /// When the first of what waits is to be released; 0 if nothing does.
    var firstDetainedDeadline: UInt64 {
        let (one, other) = (detained.firstDeadline, reserve.firstDeadline)
        return one == 0 || other == 0 ? one | other : Swift.min(one, other)
    }

    /// Releases what has waited long enough; the lock must be held.
    mutating func releaseDetained(dueBy: UInt64) {
        while detained.count != 0, detained.firstDeadline <= dueBy { releaseFirstDetained() }
        while reserve.count != 0, reserve.firstDeadline <= dueBy { releaseFirstReserved() }
    }

    private mutating func releaseFirstDetained() {
        guard let page = detained.remove(0) else { return }
        if page.pointee.kind == .huge { unmapHugeLocked(page) } else { releaseLargeLocked(page, isDetained: true) }
    }

    /// Takes a retired large page's slices back.
    mutating func releaseLarge(_ page: Ref<Page>) {
        lock.acquire()
        defer { lock.release() }
        noteSpareRoom(of: page, isLeaving: true)
        releaseLargeLocked(page, isDetained: false)
    }

    /// The same while the lock is held.
    private mutating func releaseLargeLocked(_ page: Ref<Page>, isDetained: Bool) {
        guard let segment = page.pointee.segment else { return }
        let first = UInt(page.pointee.sliceIndex)
        let run = first..<first + UInt(page.pointee.sliceCount)
        pageMap.pointee.set(runStart(of: page), byteCount: UInt(page.pointee.sliceCount) * Unit.slice, to: nil)
        if open(page, isProtected: isDetained || page.pointee.spareRoom != 0) {
            insertRun(run, in: segment)
        } else {
            withhold(run, in: segment)
        }
    }

    /// Makes all of a released large page's run ordinary memory: its next page's blocks are that.
    /// - Returns: false if the kernel refused, as it may at a limit of memory or of mappings; to be tried again.
    mutating func open(_ page: Ref<Page>, isProtected: Bool) -> Bool {
        let start = runStart(of: page)
        let byteCount = UInt(page.pointee.sliceCount) * Unit.slice
        let room = page.pointee.largeRoom
        if isProtected {
            // Without its memory first: to change OS pages' protection costs more than to drop them.
            _ = VirtualMemory.purge(room.start, byteCount: room.byteCount)
            guard VirtualMemory.protect(room.start, byteCount: room.byteCount, writable: true) else { return false }
        }
        if page.pointee.isApart {
            _ = VirtualMemory.setDumped(start, byteCount: byteCount, true)
            page.pointee.isApart = false
            apartCount -= 1
        }
        return removeLargeGuards(page, start, byteCount)
    }
}
