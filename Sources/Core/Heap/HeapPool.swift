// Heaps for threads: made, handed on from threads that ended, and the shared one for threads that are ending.

import Synchronization

extension Allocator {
    /// A heap for a thread that has none.
    /// - Parameter isEmpty: without the pages of an ended thread.
    /// - Returns: nil if there is no memory for it.
    mutating func takeHeap(_ reference: Ref<Allocator>, isEmpty: Bool = false) -> Ref<Heap>? {
        heapsLock.acquire()
        defer { heapsLock.release() }
        if !isEmpty, let heap = parkedHeaps {
            parkedHeaps = heap.pointee.nextSpare
            parkedCount.subtract(1, ordering: .relaxed)
            heap.pointee.nextSpare = nil
            heap.pointee.reseed()
            return heap
        }
        if let heap = spareHeaps {
            spareHeaps = heap.pointee.nextSpare
            heap.pointee.nextSpare = nil
            // Not its last thread's stream, nor, in the child of a fork, the parent's.
            heap.pointee.reseed()
            return heap
        }
        guard let bytes = metadata.allocate(byteCount: Heap.byteCount, guards: arena.guards) else { return nil }
        let heap = unsafe Ref<Heap>(at: bytes)
        heap.initialize(
            to: Heap(
                allocator: reference, address: bytes, empty: reference.pointee.emptyPageReference,
                nextHeap: allHeaps))
        allHeaps = heap
        heapCount.add(1, ordering: .relaxed)
        return heap
    }

    /// At most so many heaps wait with their pages.
    static var mostParkedHeaps: Int { 32 }

    /// Takes the heap of a thread that ended as it is for the next thread, which finds its pages warm. Meanwhile other heaps
    /// that need a page find it here; after the purge delay it is taken apart.
    mutating func parkHeap(_ heap: Ref<Heap>) {
        if heap.pointee.handle != 0 { heaps.remove(heap, heapsLock) }
        heap.pointee.releaseWaiting()
        heap.pointee.parkedAt = Moment.now.milliseconds
        heapsLock.acquire()
        let hasRoom = parkedCount.load(ordering: .relaxed) < Self.mostParkedHeaps
        if hasRoom {
            heap.pointee.nextSpare = parkedHeaps
            parkedHeaps = heap
            parkedCount.add(1, ordering: .relaxed)
        }
        heapsLock.release()
        if !hasRoom { returnHeap(heap) }
    }

    /// Takes the heaps apart that were parked at `time` or before, in milliseconds.
    /// - Returns: true if there were any.
    @discardableResult mutating func returnParkedHeaps(until time: UInt64) -> Bool {
        guard parkedCount.load(ordering: .relaxed) != 0 else { return false }
        var count = 0
        while let heap = takeParkedHeap(until: time) {
            returnHeap(heap)
            count += 1
        }
        return count != 0
    }

    /// Takes a page of a class with free blocks out of a parked heap.
    /// - Parameter owner: the address of the heap that gets it.
    /// - Returns: a page that is in no queue.
    mutating func takeParkedPage(_ sizeClass: SizeClass, for owner: Address) -> Ref<Page>? {
        guard parkedCount.load(ordering: .relaxed) != 0 else { return nil }
        heapsLock.acquire()
        defer { heapsLock.release() }
        var candidate = parkedHeaps
        while let heap = candidate {
            if let page = heap.pointee.giveUpPage(sizeClass) {
                // Under the lock: the next thread may get the parked heap as soon as it is released, and would take the
                // page for its own.
                page.pointee.owner.store(owner.bits, ordering: .relaxed)
                return page
            }
            candidate = heap.pointee.nextSpare
        }
        return nil
    }

    private mutating func takeParkedHeap(until time: UInt64) -> Ref<Heap>? {
        heapsLock.acquire()
        defer { heapsLock.release() }
        var previous: Ref<Heap>?
        var candidate = parkedHeaps
        while let heap = candidate, heap.pointee.parkedAt > time {
            previous = heap
            candidate = heap.pointee.nextSpare
        }
        guard let heap = candidate else { return nil }
        if let previous {
            previous.pointee.nextSpare = heap.pointee.nextSpare
        } else {
            parkedHeaps = heap.pointee.nextSpare
        }
        parkedCount.subtract(1, ordering: .relaxed)
        heap.pointee.nextSpare = nil
        return heap
    }

    /// Takes the heap of a thread that ended; its pages are abandoned.
    mutating func returnHeap(_ heap: Ref<Heap>) {
        heap.pointee.releaseWaiting()
        heap.pointee.flushAll()
        heap.pointee.abandonAllPages()
        heapsLock.acquire()
        heap.pointee.nextSpare = spareHeaps
        spareHeaps = heap
        heapsLock.release()
    }

    /// Runs `body` with the heap that ending threads share; nil if it cannot be made.
    mutating func withFallbackHeap(_ reference: Ref<Allocator>, _ body: (Ref<Heap>) -> Address?) -> Address? {
        fallbackLock.acquire()
        defer { fallbackLock.release() }
        if fallbackHeap == nil { fallbackHeap = takeHeap(reference) }
        guard let heap = fallbackHeap else { return nil }
        return body(heap)
    }

    /// The empty page, which never moves.
    var emptyPageReference: Ref<Page> {
        mutating get {
            unsafe withUnsafeMutablePointer(to: &emptyPage) {
                unsafe Ref(at: Address(UnsafeMutableRawPointer($0)))
            }
        }
    }
}
