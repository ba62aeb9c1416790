// Large and huge blocks: pages of one block, which no heap owns. Any thread allocates and frees them alike.

extension Allocator {
    /// The largest block that is cut from a segment; larger ones get mappings of their own.
    static var largestInSegment: UInt { 8 << 20 }
    /// The same while there are mappings to spare. What is detained is made inaccessible, at a cost for each OS page, in a
    /// segment, and moved in a mapping of its own, at about one for all.
    static var largestByChoice: UInt { Variant.quarantine ? 1 << 20 : largestInSegment }
    static var largestAlignmentInSegment: UInt { 4 << 20 }

    /// Allocates a block with a page of its own.
    /// - Parameters:
    ///   - byteCount: any number; above PTRDIFF_MAX the result is nil.
    ///   - alignment: a power of two.
    ///   - isGrowing: it replaces a smaller block, and is likely to be replaced by a larger one.
    mutating func allocateSingle(_ byteCount: UInt, alignment: UInt, isGrowing: Bool = false) -> Address? {
        guard byteCount <= Unit.largestRequest, alignment <= Unit.largestRequest else { return nil }
        let byteCount = Swift.max(byteCount, 1)
        arena.purgeIfDue()
        let fitsSegment = byteCount <= Self.largestInSegment && alignment <= Self.largestAlignmentInSegment
        if fitsSegment, byteCount <= Self.largestByChoice || !arena.mayMapByChoice {
            return allocateLarge(byteCount, alignment)
        }
        guard let page = arena.mapHuge(byteCount: byteCount, alignment: alignment, isGrowing: isGrowing) else {
            return fitsSegment ? allocateLarge(byteCount, alignment) : nil
        }
        page.pointee.sealSingle(byteCount) { arena.drawWord() }
        page.pointee.openUnowned()
        let mapping = Arena.hugeMapping(of: page)
        arena.publish(page, at: mapping.start, byteCount: mapping.byteCount)
        return page.pointee.origin
    }

    /// Allocates a block that lies `shift` bytes behind a multiple of `alignment`. It has OS pages of its own: it is the one
    /// kind of block that does not start where its page says.
    /// - Parameters:
    ///   - byteCount: 0 … PTRDIFF_MAX; with `shift` above that the result is nil.
    ///   - alignment: a power of two, at most 2³¹.
    ///   - shift: less than the alignment, and not 0.
    mutating func allocateShifted(_ byteCount: UInt, alignment: UInt, shift: UInt) -> Address? {
        guard let start = allocateSingle(byteCount + shift, alignment: Swift.max(alignment, Unit.block)),
            let page = pageMap.page(covering: start)
        else { return nil }
        page.pointee.shift = shift
        return page.pointee.userStart
    }

    /// Allocates a block in a segment.
    /// - Parameters:
    ///   - byteCount: 1 … `largestInSegment`.
    ///   - alignment: at most `largestAlignmentInSegment`.
    mutating func allocateLarge(_ byteCount: UInt, _ alignment: UInt) -> Address? {
        let usable = byteCount.aligned(up: Unit.osPage)
        if let page = arena.takeDetained(byteCount, alignment: alignment) { return page.pointee.origin }
        let (leading, trailing) = arena.drawLargeMargins()
        let front = leading.aligned(up: Swift.max(alignment, Unit.osPage))
        let count = (front + usable + trailing).aligned(up: Unit.slice) / Unit.slice
        // With guards the block lies as near to the run's end as the margin and its alignment allow.
        let offset =
            front == 0
            ? 0 : (count * Unit.slice - trailing - usable).aligned(down: Swift.max(alignment, Unit.osPage))
        let run = arena.takeRun(
            sliceCount: count, alignment: Swift.max(alignment, Unit.slice) / Unit.slice, isGuarded: false)
        guard let run else { return nil }
        run.page.pointee.isApart = false
        let start = arena.runStart(of: run.page)
        run.page.pointee.setUpLarge(start: start, offset: offset, byteCount: byteCount, isZeroed: run.isZeroed) {
            arena.drawWord()
        }
        arena.installLargeGuards(run.page, start, count * Unit.slice)
        arena.publish(run.page, at: start, byteCount: count * Unit.slice)
        return run.page.pointee.origin
    }

    /// Frees a large or huge block. Of several threads that free it, one succeeds.
    mutating func deallocateSingle(_ page: Ref<Page>, _ address: Address) {
        guard address == page.pointee.userStart, page.pointee.claim() else {
            refuse(page, address, .doubleFree, .invalidFree)
            return
        }
        page.pointee.examineSingle()
        releaseSingle(page)
        arena.purgeIfDue()
    }

    /// Gives the memory of a claimed page of one block back.
    private mutating func releaseSingle(_ page: Ref<Page>) {
        guard page.pointee.retire() else { return }  // cannot be: nobody pushes into a page of one block
        if arena.detain(page) || arena.keep(page) { return }
        if page.pointee.kind == .huge { arena.unmapHuge(page) } else { arena.releaseLarge(page) }
    }

    /// Resizes a large or huge block where it is, or by moving its pages.
    /// - Returns: its address, perhaps a new one; nil if it must be copied.
    mutating func resizeSingle(_ page: Ref<Page>, toByteCount byteCount: UInt) -> Address? {
        page.pointee.examineSingle()
        if page.pointee.shift != 0 { return nil }  // its place is of interest no more
        let usable = page.pointee.byteCount
        if byteCount <= usable && byteCount > usable / 2 && usable - byteCount <= Page.mostSlack {
            page.pointee.fillSingle(byteCount)
            return page.pointee.origin
        }
        guard page.pointee.kind == .huge, byteCount > Self.largestByChoice, byteCount <= Unit.largestRequest,
            page.pointee.claim()
        else { return nil }
        let didResize = arena.resizeHuge(page, toByteCount: byteCount)
        if didResize { page.pointee.fillSingle(byteCount) }
        page.pointee.changeState { $0.isUnowned = true }
        return didResize ? page.pointee.origin : nil
    }
}
