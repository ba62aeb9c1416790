// malloc: the fast path, and what it falls back on. The heap's own thread only.

extension Heap {
    /// Allocates a block of at least `byteCount` bytes, 16-byte aligned.
    /// - Parameter byteCount: any number; above PTRDIFF_MAX the result is nil.
    /// - Returns: nil if there is no memory.
    /// - Complexity: O(1); no lock, system call or atomic read-modify-write up to 1 KiB unless a page runs out.
    @inline(__always) mutating func allocate(_ byteCount: UInt) -> Address? {
        allocateDirectly(byteCount) ?? allocateSlowly(byteCount)
    }

    /// The fast path: a block of the page that is in use for this size, or nil.
    @inline(__always) mutating func allocateDirectly(_ byteCount: UInt) -> Address? {
        guard byteCount <= SizeClass.largestDirectByteCount else { return nil }
        // Safe: (1024 + 15) / 16 == 64 < 65.
        let page = unsafe direct[unchecked: Int(bitPattern: (byteCount &+ 15) &>> 4)]
        return page.pointee.popBlock()
    }

    @inline(never) mutating func allocateSlowly(_ byteCount: UInt) -> Address? {
        guard byteCount <= SizeClass.largestByteCount else {
            return allocator.pointee.allocateSingle(byteCount, alignment: Unit.block)
        }
        return allocate(SizeClass(holding: byteCount), byteCount)
    }

    /// Allocates a block of a class, from whichever page has one; or, once in a while, a sampled one.
    mutating func allocate(
        _ sizeClass: SizeClass, _ byteCount: UInt, alignment: UInt = Unit.block
    ) -> Address? {
        keepHouse()
        if Variant.sampledGuards, let block = sample(sizeClass, byteCount, alignment: alignment) { return block }
        if let page = queues[Int(sizeClass.index)].first {
            let isExhausted = page.pointee.free == 0
            // Usually the blocks that the owner freed meanwhile are all that is needed.
            page.pointee.collectLocally()
            if Variant.sampledGuards, isExhausted { grantBlocks(of: page) }
            if let block = page.pointee.popBlock() { return block }
            if let block = page.pointee.popBlockOrReport() { return block }
        }
        allocator.pointee.arena.purgeIfDue()
        guard let page = findPage(sizeClass) else { return nil }
        if Variant.sampledGuards { grantBlocks(of: page) }
        return page.pointee.popBlockOrReport()
    }

    /// A page of the class whose `free` is not empty; it is the queue's first afterwards.
    private mutating func findPage(_ sizeClass: SizeClass) -> Ref<Page>? {
        takeWakes()
        while let page = queues[Int(sizeClass.index)].first {
            if page.pointee.collect() { return page }
            if page.pointee.hasUntouchedBlocks {
                page.pointee.extend(by: Self.extension(of: page))
                return page
            }
            if page.pointee.becomeFull() {
                dequeue(page)
                full.append(page)
            } else if !page.pointee.collect() {
                // A wake is on its way for an earlier owner's sake: the page cannot ask for another yet.
                if let other = rotate(sizeClass, past: page) { return other }
                break
            }
        }
        return adoptAbandoned(sizeClass) ?? makePage(sizeClass)
    }

    /// Looks behind an exhausted page that cannot be put aside; brings the first page with blocks to the front.
    private mutating func rotate(_ sizeClass: SizeClass, past exhausted: Ref<Page>) -> Ref<Page>? {
        var candidate = exhausted.pointee.next
        while let page = candidate {
            candidate = page.pointee.next
            let hasRoom = page.pointee.hasUntouchedBlocks
            guard page.pointee.collect() || hasRoom else { continue }
            if page.pointee.free == 0 { page.pointee.extend(by: Self.extension(of: page)) }
            dequeue(page)
            enqueue(page)
            return page
        }
        return nil
    }

    /// How many blocks to make at a time. In fresh memory an OS page's worth, then half of what there is, so that
    /// little is touched early; in memory that was used before, all.
    private static func `extension`(of page: Ref<Page>) -> UInt32 {
        guard page.pointee.isZeroed else { return UInt32(page.pointee.blockCount) }
        return Swift.max(1, Swift.max(UInt32(Unit.osPage) / page.pointee.blockByteCount, page.pointee.capacity / 2))
    }

    /// A fresh page of the class, at the front of its queue.
    private mutating func makePage(_ sizeClass: SizeClass) -> Ref<Page>? {
        guard let run = allocator.pointee.arena.takeRun(sliceCount: sizeClass.sliceCount) else { return nil }
        let page = run.page
        guard let segment = page.pointee.segment else { return nil }
        let slice = UInt(page.pointee.sliceIndex)
        let start = segment.pointee.address(ofSlice: slice)
        page.pointee.setUpBlocks(
            of: sizeClass, start: start, states: Segment.stateAddress(slice, of: segment), heap: address
        ) { random.next() }
        page.pointee.isZeroed = run.isZeroed
        page.pointee.extend(by: Self.extension(of: page))
        allocator.pointee.arena.publish(page, at: start, byteCount: sizeClass.sliceCount * Unit.slice)
        enqueue(page)
        return page
    }
}
