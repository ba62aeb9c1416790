// realloc and reallocarray. Linux: realloc(3).

import CBulwark

@c @implementation public func bw_abi_realloc(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else {
        return unsafe UnsafeMutableRawPointer(bitPattern: bw_abi_malloc(byteCount))
    }
    if byteCount == 0 {
        // glibc's choice of what the standard leaves open: freed, and no new block.
        unsafe bw_abi_free(block)
        return nil
    }
    let new = unsafe resized(Address(block), byteCount) { body in unsafe EntryPoint.withHeap(for: 0, body) }
    bw_probe_reallocation(UInt(bitPattern: block), UInt(bitPattern: new), UInt(bitPattern: byteCount))
    return unsafe new
}

/// - Parameter withHeap: runs what it is given with the heap that a new block comes from.
func resized(
    _ address: Address, _ byteCount: Int, _ withHeap: ((Ref<Heap>) -> Address?) -> UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    if Variant.backtraces, CurrentThread.usesReserve || ReserveMemory.contains(address) {
        return unsafe EntryPoint.reallocateFromReserve(address, byteCount)
    }
    if Memcheck.isHere {
        return unsafe UnsafeMutableRawPointer(
            bitPattern: Memcheck.resizing(address.bits, to: UInt(bitPattern: byteCount)) {
                UInt(
                    bitPattern: unsafe Recording.changing { unsafe reallocateRecorded(address, byteCount, withHeap) })
            })
    }
    return unsafe Recording.changing { unsafe reallocateRecorded(address, byteCount, withHeap) }
}

@inline(__always) private func reallocateRecorded(
    _ address: Address, _ byteCount: Int, _ withHeap: ((Ref<Heap>) -> Address?) -> UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    if Recording.isOn {
        if Variant.familyChecks { Allocator.shared.pointee.checkFamily(of: address, .realloc) }
        Recording.willDeallocate(address)
    }
    // nil: what another allocator resizes, or nobody; nothing of that is known to be fresh.
    let former = Variant.fillPatterns ? Allocator.shared.pointee.liveByteCount(at: address) : nil
    let new = unsafe reallocate(address, byteCount, withHeap)
    if let former { Filling.fill(UInt(bitPattern: new), from: former, upTo: UInt(bitPattern: byteCount)) }
    guard Recording.isOn else { return unsafe new }
    if unsafe new == nil { Allocator.shared.pointee.forgetDeallocation(of: address) }
    return unsafe Recording.allocated(new)
}

private func reallocate(
    _ address: Address, _ byteCount: Int, _ withHeap: ((Ref<Heap>) -> Address?) -> UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    // 0: also with a size that cannot be had the block is looked at first.
    var isRetry = false
    return unsafe withHeap {
        // What was refused is not for lack of memory: it would be reported once more.
        if isRetry, !Allocator.shared.pointee.isLive(address) { return nil }
        isRetry = true
        return $0.pointee.reallocate(address, UInt(bitPattern: byteCount))
    }
}

@c @implementation public func bw_abi_reallocarray(
    _ block: UnsafeMutableRawPointer?, _ count: Int, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    let (product, overflow) = UInt(bitPattern: count).multipliedReportingOverflow(by: UInt(bitPattern: byteCount))
    guard !overflow else {
        bw_set_errno(Int32(BW_ENOMEM))
        return nil
    }
    return unsafe bw_abi_realloc(block, Int(bitPattern: product))
}
