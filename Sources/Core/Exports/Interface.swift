// Bulwark's own interface, declared for users in bulwark.h.

import CBulwark

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
    DeferredFree.run(force: force)
    guard Allocator.isReady(Allocator.shared) else { return }
    if let heap = Heap.current { heap.pointee.releaseEmptyPages() }
    if force {
        Allocator.shared.pointee.returnParkedHeaps(until: .max)
        Allocator.shared.pointee.arena.purge(dueBy: .max)
    } else {
        Allocator.shared.pointee.arena.purgeIfDue()
    }
}

@c @implementation public func bw_api_purge() -> Int {
    guard Allocator.isReady(Allocator.shared) else { return 0 }
    DeferredFree.run(force: true)
    if let heap = Heap.current { heap.pointee.releaseEmptyPages() }
    Allocator.shared.pointee.returnParkedHeaps(until: .max)
    let byteCount = Allocator.shared.pointee.statistics().dirtyByteCount
    Allocator.shared.pointee.arena.purge(dueBy: .max)
    return Int(bitPattern: byteCount)
}

@c @implementation public func bw_api_thread_done() { CurrentHeap.leave() }

@c @implementation public func bw_api_query(
    _ address: UnsafeRawPointer?, _ block: UnsafeMutablePointer<bw_block>?
) -> bw_state {
    let answer =
        Allocator.isReady(Allocator.shared)
        ? Allocator.shared.pointee.inspect(Address(UInt(bitPattern: address)), CurrentThread.heapAddress)
        : Inspection(state: .foreign)
    let state = bw_state(answer.state.rawValue)
    if let block = unsafe block {
        unsafe block.pointee.state = state
        unsafe block.pointee.is_exact = answer.isExact
        unsafe block.pointee.start = UnsafeRawPointer(bitPattern: answer.start.bits)
        unsafe block.pointee.size = Int(bitPattern: answer.byteCount)
    }
    return state
}

@c @implementation public func bw_api_reclaim(_ pageCount: Int) -> Int {
    guard let heap = Heap.current else { return 0 }
    return Int(bitPattern: heap.pointee.reclaim(upTo: UInt(bitPattern: pageCount)))
}

@c @implementation public func bw_api_flush() -> Int {
    guard let heap = Heap.current else { return 0 }
    return Int(bitPattern: heap.pointee.flushRemoteFrees())
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
