// malloc: the fast path, and what it falls back on. The heap's own thread only.

extension Heap {
    /// Allocates a block of at least `byteCount` bytes, 16-byte aligned.
    /// - Parameter byteCount: any number; above PTRDIFF_MAX the result is nil.
    /// - Returns: nil if there is no memory.
    /// - Complexity: O(1); no lock, system call or atomic read-modify-write up to 2 KiB unless a page runs out.
    @inline(__always) mutating func allocate(_ byteCount: UInt) -> Address? {
        allocateDirectly(byteCount) ?? allocateSlowly(byteCount)
    }

    /// The largest request that the fast path serves.
    private static var largestDirect: UInt { SizeClass.largestDirectByteCount - Canary.byteCount }

    /// The fast path: a block of the page or magazine that is in use for this size, or nil.
    @inline(__always) mutating func allocateDirectly(_ byteCount: UInt) -> Address? {
        allocateDirectly(byteCount, room: byteCount)
    }

    /// The same, from those for `room` bytes, which are no less.
    @inline(__always) mutating func allocateDirectly(_ byteCount: UInt, room: UInt) -> Address? {
        // With zeroSizeTraps 0 wraps round, and is too large.
        if Variant.zeroSizeTraps {
            guard room &- 1 < Self.largestDirect else { return nil }
        } else {
            guard room <= Self.largestDirect else { return nil }
        }
        // Safe: (2048 + 15) / 16 == 128 < 129.
        let source = unsafe direct[unchecked: Int(bitPattern: (room &+ (Canary.byteCount &+ 15)) &>> 4)]
        if Variant.usesMagazines { return takeDirectly(source.magazine, byteCount) }
        if !Variant.sampledGuards { return source.page.pointee.popBlock(byteCount) }
        // The page first: the empty one comes from the heap of threads that have none, which has no dice.
        guard source.page.pointee.free != 0, dice.count != 0, let block = source.page.pointee.popBlock(byteCount)
        else { return nil }
        dice.drop()
        return block
    }

    @inline(never) mutating func allocateSlowly(_ byteCount: UInt) -> Address? {
        if Variant.zeroSizeTraps, byteCount == 0, !isCreated { return allocator.pointee.allocateTrap() }
        guard byteCount <= SizeClass.largestByteCount - Canary.byteCount else {
            return allocateSingle(byteCount, alignment: Unit.block)
        }
        return allocate(SizeClass(holding: byteCount + Canary.byteCount), byteCount)
    }

    /// Allocates a block of a class, from whichever page has one; or, once in a while, a sampled one.
    mutating func allocate(
        _ sizeClass: SizeClass, _ byteCount: UInt, alignment: UInt = Unit.block
    ) -> Address? {
        if Variant.usesMagazines { return take(sizeClass, byteCount, alignment: alignment) }
        if Variant.sampledGuards {
            if let block = sample(byteCount, alignment: alignment) { return block }
            fillDice()
            dice.drop()
        }
        keepHouse()
        if let page = queues[Int(sizeClass.index)].first {
            // Usually the blocks that the owner freed meanwhile are all that is needed.
            page.pointee.collectLocally()
            if let block = page.pointee.popBlock(byteCount) { return block }
            if let block = page.pointee.popBlockOrReport(byteCount) { return block }
        }
        allocator.pointee.arena.purgeIfDue()
        guard let page = findPage(sizeClass) else { return nil }
        return page.pointee.popBlockOrReport(byteCount)
    }

    /// A page of the class with blocks available; it is the queue's first afterwards.
    mutating func findPage(_ sizeClass: SizeClass) -> Ref<Page>? {
        takeWakes()
        while let page = queues[Int(sizeClass.index)].first {
            let hasBlocks = page.pointee.collect()
            if hasBlocks, hasSpareBlocks(page) { return page }
            if page.pointee.canExtend {
                Self.extend(page)
                return page
            }
            if !hasBlocks, page.pointee.becomeFull() {
                dequeue(page)
                full.append(page)
            } else if hasBlocks || !page.pointee.collect() {
                // Its one block was freed last; or a wake is on its way for an earlier owner's sake, and the page cannot ask
                // for another yet.
                if let other = rotate(sizeClass, past: page) { return other }
                break
            }
        }
        if !isCreated {
            if let page = adoptAbandoned(sizeClass) { return page }
            if allocator.pointee.recoverVanished(allocator), let page = adoptAbandoned(sizeClass) { return page }
        }
        return makePage(sizeClass)
    }

    /// Looks behind an exhausted page that cannot be put aside; brings the first page with blocks to the front.
    private mutating func rotate(_ sizeClass: SizeClass, past exhausted: Ref<Page>) -> Ref<Page>? {
        var candidate = exhausted.pointee.next
        while let page = candidate {
            candidate = page.pointee.next
            let hasBlocks = page.pointee.collect() && hasSpareBlocks(page)
            guard hasBlocks || page.pointee.canExtend else { continue }
            if !hasBlocks { Self.extend(page) }
            dequeue(page)
            enqueue(page)
            return page
        }
        return nil
    }

    /// Makes untouched blocks of a page available.
    static func extend(_ page: Ref<Page>) {
        if Variant.usesMagazines {
            page.pointee.openChunk()
        } else {
            page.pointee.extend(by: Self.extension(of: page))
        }
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
        Self.extend(page)
        allocator.pointee.arena.publish(page, at: start, byteCount: sizeClass.sliceCount * Unit.slice)
        enqueue(page)
        return page
    }
}
