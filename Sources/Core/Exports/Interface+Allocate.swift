// What bulwark.h offers beside the malloc family to allocate with: products, zeros, alignment with an offset, resizing in place.

import CBulwark

@c @implementation public func bw_api_zalloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe bw_abi_calloc(1, byteCount)
}

@c @implementation public func bw_api_mallocn(_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    let (product, overflow) = UInt(bitPattern: count).multipliedReportingOverflow(by: UInt(bitPattern: byteCount))
    // What is no size_t is above any limit.
    return unsafe UnsafeMutableRawPointer(bitPattern: bw_abi_malloc(overflow ? -1 : Int(bitPattern: product)))
}

@c @implementation public func bw_api_rezalloc(
    _ block: UnsafeMutableRawPointer?, _ oldByteCount: Int, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return unsafe bw_abi_calloc(1, byteCount) }
    let usable = unsafe UInt(bitPattern: bw_abi_malloc_usable_size(block))
    let kept = Swift.min(UInt(bitPattern: oldByteCount), usable)
    let new = unsafe bw_abi_realloc(block, byteCount)
    if let new = unsafe new, UInt(bitPattern: byteCount) > kept {
        unsafe (Address(new) + kept).zero(byteCount: UInt(bitPattern: byteCount) - kept)
    }
    return unsafe new
}

@c @implementation public func bw_api_expand(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block, Allocator.isReady(Allocator.shared) else { return nil }
    let address = unsafe Address(block)
    let former = Variant.fillPatterns ? Allocator.shared.pointee.liveByteCount(at: address) : nil
    guard Allocator.shared.pointee.expand(address, UInt(bitPattern: byteCount), CurrentThread.heapAddress) else {
        return nil
    }
    if let former { Filling.fill(address.bits, from: former, upTo: UInt(bitPattern: byteCount)) }
    return unsafe Recording.isOn ? Recording.allocated(block) : block
}

/// Checks an alignment; sets errno if it is none.
func isAlignment(_ alignment: Int, most: UInt = 1 << 62) -> Bool {
    let alignment = UInt(bitPattern: alignment)
    if alignment.isPowerOfTwo, alignment <= most { return true }
    bw_set_errno(Int32(BW_EINVAL))
    return false
}

@c @implementation public func bw_api_malloc_aligned(_ byteCount: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    guard isAlignment(alignment) else { return nil }
    return unsafe allocateAligned(UInt(bitPattern: alignment), byteCount)
}

@c @implementation public func bw_api_zalloc_aligned(_ byteCount: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    unsafe zeroed(bw_api_malloc_aligned(byteCount, alignment), byteCount)
}

@c @implementation public func bw_api_malloc_aligned_at(
    _ byteCount: Int, _ alignment: Int, _ offset: Int
) -> UnsafeMutableRawPointer? {
    guard isAlignment(alignment, most: 1 << 31) else { return nil }
    let alignment = UInt(bitPattern: alignment)
    let shift = (0 &- UInt(bitPattern: offset)) & (alignment - 1)
    if shift == 0 { return unsafe allocateAligned(alignment, byteCount) }
    let size = UInt(bitPattern: byteCount)
    let block = unsafe EntryPoint.withHeap(for: size) {
        $0.pointee.allocator.pointee.allocateShifted(size, alignment: alignment, shift: shift)
    }
    Filling.fill(UInt(bitPattern: block), upTo: size)
    return unsafe Recording.isOn ? Recording.allocated(block, alignment: alignment) : block
}

@c @implementation public func bw_api_zalloc_aligned_at(
    _ byteCount: Int, _ alignment: Int, _ offset: Int
) -> UnsafeMutableRawPointer? {
    unsafe zeroed(bw_api_malloc_aligned_at(byteCount, alignment, offset), byteCount)
}

/// Zeroes a new block, unless its memory is fresh.
private func zeroed(_ block: UnsafeMutableRawPointer?, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return nil }
    let address = unsafe Address(block)
    // Filled blocks are not, and small ones may have been used before.
    let isFresh =
        !Variant.fillPatterns
        && (Allocator.shared.pointee.pageMap.page(covering: address).map {
            $0.pointee.kind != .blocks && $0.pointee.isZeroed
        } ?? false)
    if !isFresh { unsafe address.zero(byteCount: UInt(bitPattern: byteCount)) }
    return unsafe block
}

@c @implementation public func bw_api_realloc_aligned(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int, _ alignment: Int
) -> UnsafeMutableRawPointer? {
    guard isAlignment(alignment) else { return nil }
    guard let block = unsafe block else { return unsafe bw_api_malloc_aligned(byteCount, alignment) }
    if byteCount == 0 {
        unsafe bw_abi_free(block)
        return nil
    }
    // A block that is aligned by chance or because it was asked for stays, if there is room.
    if unsafe Address(block).isAligned(to: UInt(bitPattern: alignment)),
        unsafe bw_api_expand(block, byteCount) != nil
    {
        return unsafe block
    }
    guard let new = unsafe bw_api_malloc_aligned(byteCount, alignment) else { return nil }
    // 0 of what is no live block: that was reported, and the program goes on.
    let kept = unsafe UInt(bitPattern: bw_abi_malloc_usable_size(block))
    unsafe Address(new).copy(
        from: Address(block), byteCount: Swift.min(kept, UInt(bitPattern: byteCount)))
    unsafe bw_abi_free(block)
    return unsafe new
}
