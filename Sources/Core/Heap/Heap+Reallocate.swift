// realloc: in place where the block's class or mapping allows, else a new block and a copy.

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
        guard let usable = allocator.pointee.liveByteCount(page, address) else {
            allocator.pointee.refuse(page, address, .reallocationOfFreed, .invalidReallocation)
            return nil
        }
        if page.pointee.kind == .blocks {
            // A block of half its size or less moves: the memory it would waste is worth the copy.
            if byteCount <= usable && byteCount > usable / 2 { return address }
            if byteCount <= usable && usable <= Unit.block { return address }
        } else if let resized = allocator.pointee.resizeSingle(page, toByteCount: byteCount) {
            return resized
        }
        guard let block = allocate(byteCount) else { return nil }
        unsafe block.copy(from: address, byteCount: Swift.min(usable, byteCount))
        allocator.pointee.deallocate(address, heapAddress: self.address)
        return block
    }
}
