// Heaps that the program makes (bw_heap_new): one thread at a time uses each, any thread frees its blocks. Their pages are owned
// like any other's, so nothing differs for malloc's and free's fast paths; what a created heap adds is that it knows all its
// blocks, and so can end them at once.

import Synchronization

extension Heap {
    /// The calling thread used the heap last, or it is the thread's.
    var isKeptByThread: Bool {
        address == CurrentThread.heapAddress || address == CurrentThread.ownHeapAddress
            || (handle != 0 && user == CurrentThread.token)
    }

    /// A large or huge block; of a created heap it is remembered whose it is.
    mutating func allocateSingle(_ byteCount: UInt, alignment: UInt, isGrowing: Bool = false) -> Address? {
        let block = allocator.pointee.allocateSingle(byteCount, alignment: alignment, isGrowing: isGrowing)
        if isCreated, let block { noteSingle(block) }
        return block
    }

    /// Remembers that a block with a page of its own is of this created heap.
    mutating func noteSingle(_ block: Address) {
        guard let page = allocator.pointee.pageMap.page(covering: block) else { return }
        page.pointee.maker = UInt16(truncatingIfNeeded: HeapTable.place(of: handle))
        hasSingles = true
    }

    /// The same for a sampled block.
    mutating func noteSampled(_ block: Address) {
        guard Variant.sampledGuards else { return }
        allocator.pointee.samples.setMaker(of: block, to: UInt16(truncatingIfNeeded: HeapTable.place(of: handle)))
        hasSingles = true
    }

    /// Ends all blocks in the heap's pages, which go. Overflows of live ones are reported; what is freed from now on is freed twice.
    fileprivate mutating func demolishPages() {
        // Looked at, as they leave.
        releaseWaiting()
        takeWakes()
        for index in 0..<SizeClass.count {
            while let page = queues[index].first {
                dequeue(page)
                demolish(page)
            }
        }
        while let page = full.first {
            full.remove(page)
            page.pointee.becomeAvailable()
            demolish(page)
        }
        dropWakes()
        suspect = MagazineEntry(bits: 0)
        forgetPages(empty: allocator.pointee.emptyPageReference)
    }

    private func demolish(_ page: Ref<Page>) {
        // Frees by other threads that came before.
        _ = page.pointee.collect()
        page.pointee.forEachLive { number, block in
            if Variant.blockStacks { allocator.pointee.noteDeallocation(of: block) }
            _ = page.pointee.examine(number, at: block, isOwner: true)
        }
        page.pointee.states.clear(count: UInt32(page.pointee.blockCount))
        allocator.pointee.releaseUnqueued(page)
    }
}

extension Page {
    /// Calls `body` with each live block's number and address, where the variant knows them.
    mutating func forEachLive(_ body: (UInt32, Address) -> Void) {
        guard Variant.doubleFreeDetection else { return }
        var number: UInt32 = 1
        while number <= capacity {
            if states.isLive(number) { body(number, address(of: number)) }
            number += 1
        }
    }
}

extension Allocator {
    /// Makes a heap.
    /// - Returns: nil if there is no memory, or there are too many.
    mutating func createHeap(_ reference: Ref<Allocator>) -> Ref<Heap>? {
        guard let heap = takeHeap(reference, isEmpty: true) else { return nil }
        guard nameHeap(heap) else {
            returnHeap(heap)
            return nil
        }
        heap.pointee.isCreated = true
        heap.pointee.user = CurrentThread.token
        return heap
    }

    /// Gives a heap a handle.
    mutating func nameHeap(_ heap: Ref<Heap>) -> Bool {
        heaps.add(heap, heapsLock, metadata: arena.metadata, guards: arena.guards)
    }

    /// Ends a created heap, but not its blocks: they go to whoever needs their pages, or frees into them.
    mutating func deleteHeap(_ heap: Ref<Heap>) {
        if heap.pointee.hasSingles { forEachSingle(of: heap) { $0.forgetMaker(of: $1) } }
        endHeap(heap)
    }

    /// Ends a created heap with all its blocks.
    mutating func destroyHeap(_ heap: Ref<Heap>) {
        heap.pointee.demolishPages()
        if heap.pointee.hasSingles {
            forEachSingle(of: heap) {
                if Variant.blockStacks { $0.noteDeallocation(of: $1) }
                $0.deallocateSingleOrSampled($1)
            }
        }
        endHeap(heap)
    }

    private mutating func endHeap(_ heap: Ref<Heap>) {
        heaps.remove(heap, heapsLock)
        heap.pointee.isCreated = false
        heap.pointee.hasSingles = false
        returnHeap(heap)
    }

    /// Frees a block that a heap's end found. Another thread may do so at this instant: then it is that thread's.
    private mutating func deallocateSingleOrSampled(_ block: Address) {
        guard let page = pageMap.page(covering: block), isLive(block) else { return }
        if Variant.sampledGuards, page.pointee.kind == .sampled {
            samples.deallocate(block)
        } else {
            deallocateSingle(page, block)
        }
    }

    private mutating func forgetMaker(of block: Address) {
        guard let page = pageMap.page(covering: block) else { return }
        if Variant.sampledGuards, page.pointee.kind == .sampled {
            samples.setMaker(of: block, to: 0)
        } else {
            page.pointee.maker = 0
        }
    }

    /// Calls `body` with each live block of a created heap that is in none of its pages. `body` may free it, or change whose it is.
    /// - Complexity: O(slices) for every 64 blocks.
    mutating func forEachSingle(of heap: Ref<Heap>, _ body: (inout Allocator, Address) -> Void) {
        let maker = UInt16(truncatingIfNeeded: HeapTable.place(of: heap.pointee.handle))
        if Variant.sampledGuards {
            for index in 0..<samples.slotCount {
                if let block = samples.liveBlock(of: maker, index) { body(&self, block) }
            }
        }
        // Gathered under the lock, which `body` may take.
        var found = LowestAddresses(of: maker)
        while true {
            gatherSingles(into: &found)
            for place in 0..<found.count { body(&self, Address(found[place])) }
            if !found.isFull { return }
            found.goOn()
        }
    }

    /// The blocks at the lowest addresses that were not found before.
    private mutating func gatherSingles(into found: inout LowestAddresses) {
        arena.lock.acquire()
        defer { arena.lock.release() }
        var candidate = arena.segments
        while let segment = candidate {
            candidate = segment.pointee.next
            var slice: UInt = 0
            while slice < Unit.slicesInSegment {
                let page = Segment.page(slice, of: segment)
                let isFree = segment.pointee.free.contains(slice)
                if !isFree, page.pointee.kind == .large { found.note(page) }
                slice += isFree ? 1 : Swift.max(1, UInt(page.pointee.sliceCount))
            }
        }
        var huge = arena.hugePages
        while let page = huge {
            huge = page.pointee.next
            found.note(page)
        }
    }
}

/// The lowest addresses of a created heap's blocks with pages of their own, above those that were found before.
private struct LowestAddresses {
    private let maker: UInt16
    private var least: UInt = 0
    private(set) var count = 0
    private var addresses = InlineArray<64, UInt>(repeating: 0)

    init(of maker: UInt16) { self.maker = maker }

    /// There may be more.
    var isFull: Bool { count == 64 }
    subscript(place: Int) -> UInt { addresses[place] }

    /// Begins anew behind those that were found.
    mutating func goOn() {
        if count != 0 { least = addresses[count - 1] }
        count = 0
    }

    /// Takes a page's block in, if it is the heap's, live, and among the lowest.
    mutating func note(_ page: Ref<Page>) {
        let state = page.pointee.sharedState
        let start = page.pointee.userStart.bits
        guard state.isInUse, state.isUnowned, page.pointee.maker == maker, start > least else { return }
        var place = count
        if isFull {
            guard addresses[63] > start else { return }
            place = 63
        } else {
            count += 1
        }
        while place > 0, addresses[place - 1] > start {
            addresses[place] = addresses[place - 1]
            place -= 1
        }
        addresses[place] = start
    }
}

extension SampledGuards {
    /// - Parameter block: a live block in the pool.
    func setMaker(of block: Address, to maker: UInt16) {
        slot(block.offset(from: extent.start) / slotByteCount).slot.pointee.maker = maker
    }

    /// - Parameter address: in the pool.
    func maker(at address: Address) -> UInt16 {
        slot(address.offset(from: extent.start) / slotByteCount).slot.pointee.maker
    }

    /// The live block of a slot, if it is a created heap's.
    func liveBlock(of maker: UInt16, _ index: UInt) -> Address? {
        let slot = slot(index).slot
        guard slot.pointee.state.load(ordering: .acquiring) == SampledSlot.State.live, slot.pointee.maker == maker
        else { return nil }
        return slot.pointee.history.start
    }
}

extension Allocator {
    /// True if an address lies in a page of a heap, or in a live block with OS pages of its own that was allocated from it.
    func isPart(of heap: Ref<Heap>, _ address: Address) -> Bool {
        guard owns(address), let page = pageMap.page(covering: address) else { return false }
        let place = UInt16(truncatingIfNeeded: HeapTable.place(of: heap.pointee.handle))
        switch page.pointee.kind {
        case .blocks: return page.pointee.owner.load(ordering: .relaxed) == heap.address.bits
        case .large, .huge: return page.pointee.maker == place && isLive(page.pointee.userStart)
        case .sampled: return Variant.sampledGuards && samples.maker(at: address) == place
        case .trap: return false
        }
    }
}
