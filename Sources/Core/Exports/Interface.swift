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
    Memcheck.quietly { Int(bitPattern: Allocator.shared.pointee.checkHeap(CurrentThread.heapAddress)) }
}

@c @implementation public func bw_api_write_profile(_ path: UnsafePointer<CChar>?) -> Bool {
    guard Variant.blockStacks, Allocator.isReady(Allocator.shared), Recording.isOn, !CurrentThread.isReporting,
        let path = unsafe path, unsafe bw_length(path) <= Int(Options.longestPath)
    else { return false }
    var name = FileName()
    unsafe name.append(path)
    return HeapProfile.write(Allocator.shared, to: name)
}

@c @implementation public func bw_api_write_map(_ path: UnsafePointer<CChar>?) -> Bool {
    guard Variant.blockStacks, Allocator.isReady(Allocator.shared), Recording.isOn, !CurrentThread.isReporting,
        let path = unsafe path, unsafe bw_length(path) <= Int(Options.longestPath)
    else { return false }
    var name = FileName()
    unsafe name.append(path)
    return HeapMap.write(Allocator.shared, to: name)
}

@c @implementation public func bw_api_print_statistics() {
    guard Variant.blockStacks, Allocator.isReady(Allocator.shared), Recording.isOn, !CurrentThread.isReporting else {
        return
    }
    _ = SizeReport.write(Allocator.shared)
}
