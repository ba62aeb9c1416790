// Pages of threads that a fork left behind, in its child: rebuilt from their blocks' state bits, and abandoned like those of
// a thread that ended. Without bits nothing can be known of them: they stay as they are, out of use.
//
// What is lost: blocks that a vanished thread was just handing to another thread's page or taking over from one, and a
// run of slices that it had just taken or given back; a few at most for each thread.

import Synchronization

extension Allocator {
    /// In the child, while it has one thread: marks the heaps whose threads are gone.
    mutating func noteVanishedHeaps(_ survivor: Address) {
        vanishedCount.store(0, ordering: .relaxed)
        var candidate = allHeaps
        while let heap = candidate {
            candidate = heap.pointee.nextHeap
            heap.pointee.isVanished =
                heap.address != survivor && heap != fallbackHeap && !heap.pointee.isKeptByThread
        }
        for list in 0..<2 {
            candidate = list == 0 ? spareHeaps : parkedHeaps
            while let heap = candidate {
                candidate = heap.pointee.nextSpare
                heap.pointee.isVanished = false
            }
        }
        var count = 0
        candidate = allHeaps
        while let heap = candidate {
            candidate = heap.pointee.nextHeap
            guard heap.pointee.isVanished else { continue }
            count += 1
            // What another thread was doing to it nobody knows: the child cannot use it.
            if heap.pointee.handle != 0 { heaps.forget(heap) }
        }
        vanishedCount.store(count, ordering: .relaxed)
        // A vanished thread may have taken an abandoned page over, but for its place in the list.
        for index in 0..<SizeClass.count {
            var page = abandoned[index].first
            while let current = page {
                page = current.pointee.next
                current.pointee.changeState { $0.isUnowned = true }
            }
        }
    }

    /// Rebuilds the pages of vanished threads, the first time that one is missing. Any thread of the child.
    /// - Returns: true if there were any.
    mutating func recoverVanished(_ reference: Ref<Allocator>) -> Bool {
        guard Variant.doubleFreeDetection, vanishedCount.load(ordering: .relaxed) != 0 else { return false }
        heapsLock.acquire()
        let isMine = vanishedCount.exchange(0, ordering: .relaxed) != 0
        var pages = isMine ? vanishedPages() : PageQueue()
        heapsLock.release()
        guard isMine else { return false }
        while let page = pages.first {
            pages.remove(page)
            page.pointee.rebuild()
            if !abandon(page) { releaseUnqueued(page) }
        }
        recycleVanishedHeaps(reference)
        return true
    }

    /// All pages of vanished heaps, in a list through fields that their heaps' lists used.
    private mutating func vanishedPages() -> PageQueue {
        var pages = PageQueue()
        arena.lock.acquire()
        defer { arena.lock.release() }
        var candidate = arena.segments
        while let segment = candidate {
            candidate = segment.pointee.next
            var slice: UInt = 0
            while slice < Unit.slicesInSegment {
                guard !segment.pointee.free.contains(slice) else {
                    slice += 1
                    continue
                }
                let page = Segment.page(slice, of: segment)
                slice += Swift.max(1, UInt(page.pointee.sliceCount))
                if page.pointee.sharedState.isInUse, page.pointee.kind == .blocks, isVanished(page) {
                    pages.append(page)
                }
            }
        }
        return pages
    }

    private func isVanished(_ page: Ref<Page>) -> Bool {
        let owner = page.pointee.owner.load(ordering: .relaxed)
        guard owner > Page.unowned else { return false }
        // Safe: any other owner is a heap.
        return unsafe Ref<Heap>(at: Address(owner)).pointee.isVanished
    }

    /// The heaps themselves wait for new threads.
    private mutating func recycleVanishedHeaps(_ reference: Ref<Allocator>) {
        heapsLock.acquire()
        defer { heapsLock.release() }
        var candidate = allHeaps
        while let heap = candidate {
            candidate = heap.pointee.nextHeap
            guard heap.pointee.isVanished else { continue }
            heap.pointee.startAnew(empty: reference.pointee.emptyPageReference)
            heap.pointee.nextSpare = spareHeaps
            spareHeaps = heap
        }
    }
}

extension Heap {
    /// Forgets all pages and blocks, which are somebody else's now.
    fileprivate mutating func startAnew(empty: Ref<Page>) {
        isVanished = false
        isCreated = false
        hasSingles = false
        dropWakes()
        forgetPages(empty: empty)
    }
}

extension Page {
    /// Makes the lists anew from the state bits. The page's owner is gone; other threads may free into the page meanwhile.
    mutating func rebuild() {
        free = 0
        localFree = 0
        isPinned = false
        isFull = false
        if sizeClass.isSparse { forgetAllWhole() }
        changeState { $0.wantsWake = false }
        var taken: UInt32 = 0
        var number = capacity
        while number > 0 {
            if states.isKept(number) {
                taken += 1
                mendSeal(of: address(of: number))
            } else {
                reclaim(number, at: address(of: number))
            }
            number -= 1
        }
        used = taken
    }

    /// Takes a block in that is free: freed, perhaps not zeroed to the end; or in a magazine; or about to be handed out, with
    /// its canary. Writes as little as can be: what the child writes it must copy.
    private mutating func reclaim(_ number: UInt32, at block: Address) {
        guard Variant.usesMagazines else {
            clear(number, at: block, nil)
            setLink(from: block, to: free)
            free = mark(of: number)
            return
        }
        let isAvailable = states.isAvailable(number)
        let chunk = number / 64
        let isUntouched = states.available(inChunk: chunk).untouched >> UInt64(number % 64) & 1 != 0
        if isAvailable, isUntouched { return }
        states.take(1 << UInt64(number % 64), ofChunk: chunk)
        if Variant.zeroOnFree, wipe(number, at: block) { states.noteUntouched(number) }
        states.makeAvailable(number)
    }

    /// Blanks a block that is blank but for a few words, most often.
    /// - Returns: true if the memory was given back.
    private mutating func wipe(_ number: UInt32, at block: Address) -> Bool {
        let byteCount = UInt(blockByteCount)
        guard sizeClass.isSparse, VirtualMemory.purge(blockAt: block, byteCount: byteCount) else {
            if unsafe block.loadWord() != blank { unsafe block.storeWord(blank) }  // a link, most often
            if !isBlank(block) { clear(number, at: block, nil) }
            return false
        }
        // What lies on OS pages that the block shares with others is left. (Blank is 0 there.)
        unsafe block.zero(byteCount: block.aligned(up: Unit.osPage).offset(from: block))
        let end = block + byteCount
        let rest = end.offset(from: end.aligned(down: Unit.osPage))
        unsafe (end - rest).zero(byteCount: rest)
        return true
    }
}
