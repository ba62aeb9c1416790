// malloc, calloc and the aligned forms, with glibc's semantics. Linux: malloc(3), posix_memalign(3).

import CBulwark

@c @implementation public func bw_abi_malloc(_ byteCount: Int) -> UInt {
    if Memcheck.isHere { return allocateForMemcheck(byteCount) }
    if Variant.fillPatterns || Recording.isOn { return allocateRecorded(byteCount) }
    return allocate(byteCount)
}

// Out of line: malloc's fast path has no call, and so no frame.
@inline(never) private func allocateForMemcheck(_ byteCount: Int) -> UInt {
    Memcheck.allocating(UInt(bitPattern: byteCount)) { allocateRecorded(byteCount) }
}

@inline(never) private func allocateRecorded(_ byteCount: Int) -> UInt {
    Recording.changing {
        let block = allocate(byteCount)
        Filling.fill(block, upTo: UInt(bitPattern: byteCount))
        return Recording.isOn ? Recording.allocated(block) : block
    }
}

@inline(__always) private func allocate(_ byteCount: Int) -> UInt {
    let heap = unsafe Ref<Heap>(at: CurrentThread.heapOrEmptyAddress)
    if let block = heap.pointee.allocateDirectly(UInt(bitPattern: byteCount)) {
        bw_probe_allocation(block.bits, UInt(bitPattern: byteCount))
        return block.bits
    }
    return allocateSlowly(byteCount)
}

@inline(never) private func allocateSlowly(_ byteCount: Int) -> UInt {
    UInt(
        bitPattern: unsafe EntryPoint.withHeap(for: UInt(bitPattern: byteCount)) {
            $0.pointee.allocateSlowly(UInt(bitPattern: byteCount))
        })
}

@c @implementation public func bw_abi_calloc(_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    if Memcheck.isHere {
        let all = UInt(bitPattern: count) &* UInt(bitPattern: byteCount)  // if that overflows, there is no block
        return unsafe UnsafeMutableRawPointer(
            bitPattern: Memcheck.allocating(all, isZeroed: true) {
                UInt(bitPattern: unsafe allocateZeroedRecorded(count, byteCount))
            })
    }
    return unsafe allocateZeroedRecorded(count, byteCount)
}

@inline(__always) private func allocateZeroedRecorded(_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    if Recording.isOn {
        return unsafe Recording.changing { unsafe Recording.allocated(allocateZeroed(count, byteCount)) }
    }
    return unsafe allocateZeroed(count, byteCount)
}

@inline(__always) private func allocateZeroed(_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    let (product, overflow) = UInt(bitPattern: count).multipliedReportingOverflow(by: UInt(bitPattern: byteCount))
    guard !overflow else {
        bw_set_errno(Int32(BW_ENOMEM))
        return nil
    }
    let heap = unsafe Ref<Heap>(at: CurrentThread.heapOrEmptyAddress)
    if let block = heap.pointee.allocateDirectly(product) {
        bw_probe_allocation(block.bits, product)
        if !Variant.zeroOnFree || Variant.fillsFreed { unsafe block.zero(byteCount: product) }
        return unsafe block.pointer
    }
    return unsafe EntryPoint.withHeap(for: product) { $0.pointee.allocateZeroed(product) }
}

/// - Parameter alignment: a power of two; 0 counts as 1.
func allocateAligned(_ alignment: UInt, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    if Memcheck.isHere {
        return unsafe UnsafeMutableRawPointer(
            bitPattern: Memcheck.allocating(UInt(bitPattern: byteCount)) {
                UInt(bitPattern: unsafe allocateAlignedRecorded(alignment, byteCount))
            })
    }
    return unsafe allocateAlignedRecorded(alignment, byteCount)
}

private func allocateAlignedRecorded(_ alignment: UInt, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe Recording.changing {
        let block = unsafe EntryPoint.withHeap(for: UInt(bitPattern: byteCount), alignment: alignment) {
            $0.pointee.allocate(UInt(bitPattern: byteCount), alignment: Swift.max(alignment, 1))
        }
        Filling.fill(UInt(bitPattern: block), upTo: UInt(bitPattern: byteCount))
        return unsafe Recording.isOn ? Recording.allocated(block, alignment: Swift.max(alignment, 1)) : block
    }
}

/// glibc's rule for memalign and aligned_alloc: an alignment that is no power of two is rounded up to one.
private func allocateRoundingAlignment(_ alignment: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    let alignment = UInt(bitPattern: alignment)
    guard alignment <= UInt(1) << 62 else {
        // Above 2⁶³ there is no power of two to round to.
        bw_set_errno(Int32(alignment > UInt(1) << 63 ? BW_EINVAL : BW_ENOMEM))
        return nil
    }
    return unsafe allocateAligned(alignment.roundedUpToPowerOfTwo, byteCount)
}

@c @implementation public func bw_abi_posix_memalign(
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ byteCount: Int
) -> Int32 {
    let alignment = UInt(bitPattern: alignment)
    guard alignment.isPowerOfTwo, alignment % UInt(MemoryLayout<UInt>.size) == 0 else { return Int32(BW_EINVAL) }
    let saved = bw_errno()  // the error is the result: errno stays
    guard let block = unsafe allocateAligned(alignment, byteCount) else {
        bw_set_errno(saved)
        return Int32(BW_ENOMEM)
    }
    unsafe result.pointee = block
    return 0
}

@c @implementation public func bw_abi_aligned_alloc(_ alignment: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe allocateRoundingAlignment(alignment, byteCount)
}

@c @implementation public func bw_abi_memalign(_ alignment: Int, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe allocateRoundingAlignment(alignment, byteCount)
}

@c @implementation public func bw_abi_valloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    unsafe allocateAligned(Unit.osPage, byteCount)
}

@c @implementation public func bw_abi_pvalloc(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard UInt(bitPattern: byteCount) <= Unit.largestRequest else {
        bw_set_errno(Int32(BW_ENOMEM))
        return nil
    }
    let rounded = Swift.max(UInt(bitPattern: byteCount), 1).aligned(up: Unit.osPage)
    return unsafe allocateAligned(Unit.osPage, Int(bitPattern: rounded))
}
