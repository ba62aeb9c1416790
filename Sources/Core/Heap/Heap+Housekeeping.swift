// What slow paths do besides: pages that were full come back, empty ones go, memory is purged when its time came.

import Synchronization

extension Heap {
    /// Called by each slow path of malloc; every sixteenth time it looks at the clock.
    mutating func keepHouse() {
        allocator.pointee.noticeFork(address)
        slowCount &+= 1
        guard slowCount & 15 == 0 else { return }
        allocator.pointee.arena.purgeIfDue()
        let now = Moment.now.milliseconds
        if now >= nextSweep {
            nextSweep = now + allocator.pointee.arena.purgeDelay
            releaseEmptyPages(isSweep: true)
            let delay = allocator.pointee.arena.purgeDelay
            if now >= delay { allocator.pointee.returnParkedHeaps(until: now - delay) }
        }
        if allocator.pointee.metricsSchedule.isDue(now) { MetricsFile.writeAndGoOn(allocator) }
    }

    /// Takes the pages off the wake list that other threads freed into while they were full.
    /// - Returns: how many blocks came back.
    @discardableResult mutating func takeWakes() -> UInt {
        var count: UInt = 0
        guard wakes.load(ordering: .relaxed) != 0 else { return 0 }
        var entry = wakes.exchange(0, ordering: .acquiring)
        while entry != 0 {
            let page = unsafe Ref<Page>(at: Address(entry))
            entry = page.pointee.wakeNext?.address.bits ?? 0
            // Off the list first: from here on `wakeNext` may be another waker's.
            page.pointee.changeState { $0.isWaking = false }
            // A page that has changed hands since is its new owner's business.
            guard page.pointee.owner.load(ordering: .relaxed) == address.bits, page.pointee.isFull else { continue }
            makeAvailable(page)
            count += UInt(page.pointee.capacity - page.pointee.trueUsed)
        }
        return count
    }

    /// Takes all pages off the wake list, and does nothing about them.
    mutating func dropWakes() {
        var entry = wakes.exchange(0, ordering: .acquiring)
        while entry != 0 {
            let page = unsafe Ref<Page>(at: Address(entry))
            entry = page.pointee.wakeNext?.address.bits ?? 0
            page.pointee.changeState { $0.isWaking = false }
        }
    }

    /// Puts a full page into which something was freed back into its queue.
    mutating func makeAvailable(_ page: Ref<Page>) {
        page.pointee.becomeAvailable()
        full.remove(page)
        enqueueLast(page)
        _ = page.pointee.collect()
    }

    /// A page became empty, or was full before this free: the rest of free's slow path.
    @inline(never) mutating func attend(to page: Ref<Page>) {
        if !Variant.usesMagazines, page.pointee.isPinned, page.pointee.localFree != 0 {
            // By Page (2) its trueUsed is below 0: more blocks came back than were out. Without state bits this is
            // all that shows of a double free; the block is the one that was just freed.
            page.pointee.reportDoubleFree(page.pointee.address(ofMark: page.pointee.localFree))
        }
        if page.pointee.isFull {
            page.pointee.becomeAvailable()
            page.pointee.used -= 1  // the block whose free brought us here
            full.remove(page)
            enqueueLast(page)
        }
        if page.pointee.trueUsed == 0, !page.pointee.isPinned { setAside(page) }
    }

    /// The empty pages of a class that are kept, at most.
    static var mostEmptyPages: UInt16 { Variant.usesMagazines ? 16 : 1 }

    /// Keeps some empty pages of a class, at the end of its queue, until a sweep: a program whose blocks come and go by the
    /// hundred would make and release pages each time, and where runs give their memory back, fault it in. Further ones
    /// are released.
    private mutating func setAside(_ page: Ref<Page>) {
        let index = Int(page.pointee.sizeClass.index)
        guard setAsideCounts[index] < Self.mostEmptyPages else {
            release(page)
            return
        }
        dequeue(page)
        enqueueLast(page)
        guard !page.pointee.isPinned else { return }
        page.pointee.isSetAside = true
        setAsideCounts[index] += 1
    }

    /// A page that was kept empty goes, or is in use again.
    mutating func noteUse(of page: Ref<Page>) {
        guard page.pointee.isSetAside else { return }
        page.pointee.isSetAside = false
        setAsideCounts[Int(page.pointee.sizeClass.index)] -= 1
    }

    /// Gives an empty page of this heap back to the arena.
    mutating func release(_ page: Ref<Page>) {
        guard page.pointee.retire() else {
            // Freed twice at this instant, by another thread: take the block in, which reports it.
            page.pointee.owner.store(address.bits, ordering: .relaxed)
            page.pointee.collectThreadFree()
            return
        }
        dequeue(page)
        countBlocks(of: page, isLeaving: true)
        allocator.pointee.arena.releaseRun(of: page)
    }

    /// Releases the pages without a used block, those included that only other threads emptied.
    /// - Parameter isSweep: true for those alone that were so at the last sweep already, and to leave magazines what
    ///   they keep back.
    mutating func releaseEmptyPages(isSweep: Bool = false) {
        takeWakes()
        if isSweep {
            trimMagazines()
        } else {
            releaseWaiting()
            flushAll()
            purgeSparseBlocks()
        }
        for index in 0..<SizeClass.count {
            var candidate = queues[index].first
            while let page = candidate {
                candidate = page.pointee.next
                _ = page.pointee.collect()
                guard page.pointee.trueUsed == 0 else { continue }
                if isSweep, Variant.usesMagazines, !page.pointee.isIdle {
                    page.pointee.isIdle = true
                } else {
                    release(page)
                }
            }
        }
    }
}
