// Bulwark's own interface, declared for users in bulwark.h.

import CBulwark

extension StaticString {
    /// The text as a C string: a static string's bytes end with a zero.
    fileprivate var cString: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

@c @implementation public func bw_api_version() -> UnsafePointer<CChar> { unsafe Version.text.cString }
@c @implementation public func bw_api_variant() -> UnsafePointer<CChar> { unsafe Variant.name.cString }

@c @implementation public func bw_api_owns(_ address: UnsafeRawPointer?) -> Bool {
    guard Allocator.isReady(Allocator.shared) else { return false }
    return Allocator.shared.pointee.owns(Address(UInt(bitPattern: address)))
}

@c @implementation public func bw_api_good_size(_ byteCount: Int) -> Int {
    Int(bitPattern: Allocator.goodByteCount(UInt(bitPattern: byteCount)))
}

@c @implementation public func bw_api_collect(_ force: Bool) {
    guard Allocator.isReady(Allocator.shared) else { return }
    let heap = CurrentThread.heapAddress
    if heap.bits != 0 { unsafe Ref<Heap>(at: heap).pointee.releaseEmptyPages() }
    if force {
        Allocator.shared.pointee.returnParkedHeaps(until: .max)
        Allocator.shared.pointee.arena.purge(dueBy: .max)
    } else {
        Allocator.shared.pointee.arena.purgeIfDue()
    }
}

@c @implementation public func bw_api_check_heap() -> Int {
    Int(bitPattern: Allocator.shared.pointee.checkHeap(CurrentThread.heapAddress))
}
