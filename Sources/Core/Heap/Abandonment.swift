// Pages whose heap ended: they wait, by size class, for a heap that needs such a page or frees into one.
// `abandonedLock` protects the lists; who owns a page is decided by its threadFree word alone.

import Synchronization

extension Allocator {
    /// Gives a page up that has blocks in use. The caller owns it, and has taken it out of its heap's queues.
    /// - Returns: false if its last block came back meanwhile: it is empty, and still the caller's.
    mutating func abandon(_ page: Ref<Page>) -> Bool {
        while true {
            _ = page.pointee.collect()
            if page.pointee.used == 0 { return false }
            abandonedLock.acquire()
            abandoned[Int(page.pointee.sizeClass.index)].append(page)
            let didDisown = page.pointee.disown()
            if didDisown {
                abandonedCount.add(1, ordering: .relaxed)
            } else {
                abandoned[Int(page.pointee.sizeClass.index)].remove(page)
            }
            abandonedLock.release()
            if didDisown { return true }
        }
    }

    /// Takes an abandoned page of a class over.
    /// - Returns: a page that is in no list and that no other thread claims; its owner field is for the caller to set.
    mutating func takeAbandoned(_ sizeClass: SizeClass) -> Ref<Page>? {
        guard abandonedCount.load(ordering: .relaxed) > 0 else { return nil }
        abandonedLock.acquire()
        defer { abandonedLock.release() }
        var candidate = abandoned[Int(sizeClass.index)].first
        while let page = candidate {
            candidate = page.pointee.next
            // Refused if a thread freed into it just now: that thread owns it, and waits for this lock.
            guard page.pointee.claim() else { continue }
            abandoned[Int(sizeClass.index)].remove(page)
            abandonedCount.subtract(1, ordering: .relaxed)
            return page
        }
        return nil
    }

    /// A free by the calling thread made it the owner of an abandoned page: it joins the thread's heap, or goes.
    mutating func settleAbandoned(_ page: Ref<Page>, for heapAddress: Address) {
        abandonedLock.acquire()
        abandoned[Int(page.pointee.sizeClass.index)].remove(page)
        abandonedCount.subtract(1, ordering: .relaxed)
        abandonedLock.release()
        if heapAddress.bits != 0, unsafe !Ref<Heap>(at: heapAddress).pointee.isCreated {
            unsafe Ref<Heap>(at: heapAddress).pointee.adopt(page)
        } else if !abandon(page) {
            releaseUnqueued(page)
        }
    }

    /// Gives an empty page that is in no queue back to the arena.
    mutating func releaseUnqueued(_ page: Ref<Page>) {
        while !page.pointee.retire() { page.pointee.collectThreadFree() }
        arena.releaseRun(of: page)
    }
}

extension Heap {
    /// Makes a claimed page this heap's own.
    mutating func adopt(_ page: Ref<Page>) {
        _ = page.pointee.collect()
        if page.pointee.used == 0 {
            allocator.pointee.releaseUnqueued(page)
            return
        }
        page.pointee.owner.store(address.bits, ordering: .relaxed)
        countBlocks(of: page)
        enqueueLast(page)
    }

    /// A page of the class that an ended thread left behind, with a block to spare, at the front of its queue.
    mutating func adoptAbandoned(_ sizeClass: SizeClass) -> Ref<Page>? {
        // A few at most: pages without a free block would make this call long.
        for _ in 0..<4 {
            guard
                let page = allocator.pointee.takeAbandoned(sizeClass)
                    ?? allocator.pointee.takeParkedPage(sizeClass, for: address)
            else { return nil }
            page.pointee.owner.store(address.bits, ordering: .relaxed)
            let hasBlock = page.pointee.collect()
            countBlocks(of: page)
            let isSpare = hasBlock && hasSpareBlocks(page)
            if isSpare || page.pointee.canExtend {
                if !isSpare { Self.extend(page) }
                enqueue(page)
                return page
            }
            if !hasBlock, page.pointee.becomeFull() { full.append(page) } else { enqueueLast(page) }
        }
        return nil
    }

    /// Takes a page of a class with free blocks out of this heap, which no thread uses.
    mutating func giveUpPage(_ sizeClass: SizeClass) -> Ref<Page>? {
        takeWakes()
        flush(sizeClass)
        var candidate = queues[Int(sizeClass.index)].first
        while let page = candidate {
            candidate = page.pointee.next
            guard page.pointee.collect() || page.pointee.canExtend else { continue }
            dequeue(page)
            countBlocks(of: page, isLeaving: true)
            return page
        }
        return nil
    }

    /// The heap's thread ends: every page is released or abandoned.
    mutating func abandonAllPages() {
        takeWakes()
        for index in 0..<SizeClass.count {
            while let page = queues[index].first {
                dequeue(page)
                if Variant.usesMagazines, page.pointee.sizeClass.isSparse { _ = page.pointee.purgeAvailable() }
                if !allocator.pointee.abandon(page) { allocator.pointee.releaseUnqueued(page) }
            }
        }
        while let page = full.first {
            full.remove(page)
            page.pointee.becomeAvailable()
            if !allocator.pointee.abandon(page) { allocator.pointee.releaseUnqueued(page) }
        }
        takeWakes()
        resetMagazines()
    }
}
