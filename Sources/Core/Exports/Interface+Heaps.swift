// Heaps of the program's: bw_heap_….

import CBulwark

@c @implementation public func bw_api_heap_new() -> UInt {
    guard Allocator.start(Allocator.shared),
        let heap = Allocator.shared.pointee.createHeap(Allocator.shared)
    else {
        bw_set_errno(Int32(BW_ENOMEM))
        return 0
    }
    return heap.pointee.handle
}

/// The heap behind a handle that is to end.
private func ending(_ handle: UInt) -> Ref<Heap>? {
    guard let heap = CurrentHeap.use(handle) else { return nil }
    guard heap.pointee.isCreated else {
        bw_set_errno(Int32(BW_EINVAL))
        return nil
    }
    if heap.pointee.defaultOf != 0, heap.pointee.defaultOf != CurrentThread.token {
        bw_set_errno(Int32(BW_EBUSY))
        return nil
    }
    if heap.address == CurrentThread.heapAddress { CurrentHeap.restoreOwn() }
    return heap
}

@c @implementation public func bw_api_heap_delete(_ handle: UInt) -> Bool {
    guard let heap = ending(handle) else { return false }
    Allocator.shared.pointee.deleteHeap(heap)
    return true
}

@c @implementation public func bw_api_heap_destroy(_ handle: UInt) -> Bool {
    guard let heap = ending(handle) else { return false }
    Allocator.shared.pointee.destroyHeap(heap)
    return true
}

@c @implementation public func bw_api_heap_default() -> UInt {
    guard let heap = EntryPoint.currentHeap else {
        bw_set_errno(Int32(BW_ENOMEM))
        return 0
    }
    return CurrentHeap.handle(of: heap)
}

@c @implementation public func bw_api_heap_set_default(_ handle: UInt) -> UInt {
    guard let heap = CurrentHeap.use(handle) else { return 0 }
    let former = bw_api_heap_default()
    guard former != 0 else { return 0 }
    guard heap.pointee.defaultOf == 0 || heap.pointee.defaultOf == CurrentThread.token else {
        bw_set_errno(Int32(BW_EBUSY))
        return 0
    }
    CurrentHeap.restoreOwn()
    if heap.pointee.isCreated {
        heap.pointee.defaultOf = CurrentThread.token
        CurrentThread.setDefaultHeap(heap.address)
    }
    return former
}

/// What a heap gave, remembered and filled as malloc's is.
private func allocated(_ block: UInt, _ byteCount: Int, alignment: UInt = 0) -> UInt {
    Filling.fill(block, upTo: UInt(bitPattern: byteCount))
    return Recording.isOn ? Recording.allocated(block, alignment: alignment) : block
}

@c @implementation public func bw_api_heap_malloc(_ handle: UInt, _ byteCount: Int) -> UInt {
    guard let heap = CurrentHeap.use(handle) else { return 0 }
    let size = UInt(bitPattern: byteCount)
    return Recording.changing {
        if let block = heap.pointee.allocateDirectly(size) {
            bw_probe_allocation(block.bits, size)
            return Variant.fillPatterns || Recording.isOn ? allocated(block.bits, byteCount) : block.bits
        }
        return allocated(
            UInt(bitPattern: unsafe EntryPoint.withHeap(heap, for: size) { $0.pointee.allocateSlowly(size) }),
            byteCount)
    }
}

@c @implementation public func bw_api_heap_calloc(
    _ handle: UInt, _ count: Int, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    guard let heap = CurrentHeap.use(handle) else { return nil }
    let (product, overflow) = UInt(bitPattern: count).multipliedReportingOverflow(by: UInt(bitPattern: byteCount))
    let block = unsafe EntryPoint.withHeap(heap, for: overflow ? .max : product) {
        $0.pointee.allocateZeroed(product)
    }
    return unsafe Recording.isOn ? Recording.allocated(block) : block
}

@c @implementation public func bw_api_heap_malloc_aligned(
    _ handle: UInt, _ byteCount: Int, _ alignment: Int
) -> UnsafeMutableRawPointer? {
    guard isAlignment(alignment), let heap = CurrentHeap.use(handle) else { return nil }
    let (size, alignment) = (UInt(bitPattern: byteCount), UInt(bitPattern: alignment))
    let block = unsafe EntryPoint.withHeap(heap, for: size) { $0.pointee.allocate(size, alignment: alignment) }
    return unsafe UnsafeMutableRawPointer(
        bitPattern: allocated(UInt(bitPattern: block), byteCount, alignment: alignment))
}

@c @implementation public func bw_api_heap_realloc(
    _ handle: UInt, _ block: UnsafeMutableRawPointer?, _ byteCount: Int
) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else {
        return unsafe UnsafeMutableRawPointer(bitPattern: bw_api_heap_malloc(handle, byteCount))
    }
    guard let heap = CurrentHeap.use(handle) else { return nil }
    if byteCount == 0 {
        unsafe bw_abi_free(block)
        return nil
    }
    let new = unsafe resized(Address(block), byteCount) { body in unsafe EntryPoint.withHeap(heap, for: 0, body) }
    bw_probe_reallocation(UInt(bitPattern: block), UInt(bitPattern: new), UInt(bitPattern: byteCount))
    return unsafe new
}

@c @implementation public func bw_api_heap_free(_ handle: UInt, _ block: UnsafeMutableRawPointer?) {
    guard let heap = CurrentHeap.use(handle), let block = unsafe block else { return }
    let address = unsafe Address(block)
    bw_probe_free(address.bits)
    Recording.changing {
        if Recording.isOn {
            if Variant.familyChecks { Allocator.shared.pointee.checkFamily(of: address, .free) }
            Recording.willDeallocate(address)
        }
        Allocator.shared.pointee.deallocate(address, heapAddress: heap.address)
    }
}

@c @implementation public func bw_api_heap_owns(_ handle: UInt, _ address: UnsafeRawPointer?) -> Bool {
    guard let heap = CurrentHeap.use(handle) else { return false }
    return Allocator.shared.pointee.isPart(of: heap, Address(UInt(bitPattern: address)))
}

@c @implementation public func bw_api_heap_collect(_ handle: UInt, _ force: Bool) {
    guard let heap = CurrentHeap.use(handle) else { return }
    DeferredFree.run(force: force)
    heap.pointee.releaseEmptyPages()
    if force {
        Allocator.shared.pointee.arena.purge(dueBy: .max)
    } else {
        Allocator.shared.pointee.arena.purgeIfDue()
    }
}

@c @implementation public func bw_visit_heap(
    _ handle: UInt, _ visitor: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer?
) -> Bool {
    guard let heap = CurrentHeap.use(handle) else { return false }
    return heap.pointee.visitBlocks { block, byteCount in
        unsafe bw_call_visitor(visitor, block.pointer, Int(bitPattern: byteCount), context)
    }
}
