// Aligned allocation. There is no padding inside a block: every pointer handed out is a block's start.

extension Heap {
    /// Allocates a block at a multiple of `alignment`.
    /// - Parameters:
    ///   - byteCount: any number; above PTRDIFF_MAX the result is nil.
    ///   - alignment: a power of two.
    mutating func allocate(_ byteCount: UInt, alignment: UInt) -> Address? {
        if alignment <= Unit.block { return allocate(byteCount) }
        // Pages of blocks start at an OS page, so blocks whose size is a multiple of the alignment are aligned.
        if alignment <= Unit.osPage, byteCount <= SizeClass.largestByteCount,
            let sizeClass = SizeClass(holding: byteCount + Canary.byteCount, alignment: alignment)
        {
            return allocate(sizeClass, byteCount, alignment: alignment)
        }
        return allocateSingle(byteCount, alignment: alignment)
    }

    /// Allocates a block whose first `byteCount` bytes are zero.
    mutating func allocateZeroed(_ byteCount: UInt) -> Address? {
        if byteCount <= SizeClass.largestByteCount - Canary.byteCount {
            guard let block = allocate(byteCount) else { return nil }
            // What waited among sparse blocks is zero in any case.
            if !Variant.zeroOnFree || (Variant.fillsFreed && !SizeClass(holding: byteCount).isSparse) {
                unsafe block.zero(byteCount: byteCount)
            }
            return block
        }
        guard let block = allocateSlowly(byteCount) else { return nil }
        if let page = allocator.pointee.pageMap.page(covering: block), !page.pointee.isZeroed {
            unsafe block.zero(byteCount: byteCount)
        }
        return block
    }
}
