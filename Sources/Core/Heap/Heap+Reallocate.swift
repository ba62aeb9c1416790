// realloc: in place where the block's class or mapping allows, else a new block and a copy.

import Synchronization

extension Heap {
    /// Resizes a block; its content is kept up to the lesser size.
    /// - Parameters:
    ///   - address: a live block; anything else is reported, or refused with nil.
    ///   - byteCount: at least 1; above PTRDIFF_MAX the result is nil.
    /// - Returns: the block's address, perhaps a new one; nil if there is no memory: the old block is untouched.
    mutating func reallocate(_ address: Address, _ byteCount: UInt) -> Address? {
        guard let page = allocator.pointee.pageMap.page(covering: address) else {
            return allocator.pointee.reallocateForeign(address, byteCount, self.address)
        }
        guard let old = allocator.pointee.liveByteCount(page, address) else {
            allocator.pointee.refuse(page, address, .reallocationOfFreed, .invalidReallocation)
            return nil
        }
        var kept = old
        switch page.pointee.kind {
        case .blocks:
            if resizeInPlace(page, address, byteCount, &kept) { return address }
        case .large, .huge:
            if let resized = allocator.pointee.resizeSingle(page, toByteCount: byteCount) { return resized }
        case .trap, .sampled:
            break
        }
        guard let block = allocateReplacement(byteCount, of: kept) else { return nil }
        unsafe block.copy(from: address, byteCount: Swift.min(kept, byteCount))
        allocator.pointee.deallocate(address, heapAddress: self.address)
        return block
    }

    private mutating func allocateReplacement(_ byteCount: UInt, of old: UInt) -> Address? {
        guard byteCount > SizeClass.largestByteCount else { return allocate(byteCount, growingFrom: old) }
        return allocateSingle(byteCount, alignment: Unit.block, isGrowing: byteCount > old)
    }

    /// A block that grows by less than a quarter is likely to grow again: it gets room for a quarter, where that is another
    /// class (S. Ghemawat's TCMalloc does so too). Its canary stands behind what was requested.
    private mutating func allocate(_ byteCount: UInt, growingFrom old: UInt) -> Address? {
        let room = old &+ old / 4
        guard byteCount > old, byteCount < room, room <= SizeClass.largestByteCount - Canary.byteCount else {
            return allocate(byteCount)
        }
        return allocateDirectly(byteCount, room: room)
            ?? allocate(SizeClass(holding: room + Canary.byteCount), byteCount)
    }

    private mutating func resizeInPlace(
        _ page: Ref<Page>, _ address: Address, _ byteCount: UInt, _ kept: inout UInt
    ) -> Bool {
        // A block of half its size or less moves: the memory it would waste is worth the copy.
        let room = page.pointee.roomByteCount
        let fits = byteCount <= room && (byteCount > room / 2 || page.pointee.blockByteCount <= UInt32(Unit.block))
        return page.pointee.resizeBlock(address, byteCount, heap: self.address, mayStay: fits, &kept)
    }
}

extension Page {
    /// Resizes a live block where it is.
    /// - Parameters:
    ///   - heap: the calling thread's.
    ///   - mayStay: there is room, and it is not too much.
    ///   - kept: the block's requested size; less if it turns out to be damaged.
    /// - Returns: false if the block must move.
    mutating func resizeBlock(
        _ address: Address, _ byteCount: UInt, heap: Address, mayStay: Bool, _ kept: inout UInt
    ) -> Bool {
        guard Variant.paddingCanaries else { return mayStay }
        // What another thread owns stays as it is, seal included: its owner may be looking at it.
        let isOwner = owner.load(ordering: .relaxed) == heap.bits
        guard isOwner, let number = number(ofBlockAt: address) else { return false }
        kept = examine(number, at: address, isOwner: true)
        guard mayStay else { return false }
        moveCanary(of: address, from: kept, to: byteCount)
        return true
    }
}
