// What the exported functions share: the calling thread's heap, and errno.

import CBulwark

enum EntryPoint {
    /// Runs `body`, which allocates `byteCount` bytes, with the calling thread's heap, made now if it has none; threads
    /// that are ending share one, and threads that report use the reserve.
    /// - Parameter alignment: what `body` will see to.
    /// - Returns: what `body` does; nil, with errno ENOMEM, if that is nil or there is no heap to be had.
    @inline(never) static func withHeap(
        for byteCount: UInt, alignment: UInt = 1, _ body: (Ref<Heap>) -> Address?
    ) -> UnsafeMutableRawPointer? {
        DeferredFree.run(force: false)
        let block: Address?
        if byteCount > Unit.largestRequest {
            block = nil
        } else if Variant.backtraces, CurrentThread.usesReserve {
            block = ReserveMemory.allocate(byteCount, alignment: alignment)
        } else if let heap = currentHeap {
            block = Recording.changing { body(heap) ?? retry(heap, body) }
        } else if CurrentThread.isEnding {
            block = Allocator.shared.pointee.withFallbackHeap(Allocator.shared, body)
        } else {
            block = nil
        }
        guard let block else {
            bw_set_errno(Int32(BW_ENOMEM))
            return nil
        }
        // realloc, which asks for 0 here, has a probe of its own.
        if byteCount != 0 { bw_probe_allocation(block.bits, byteCount) }
        return unsafe block.pointer
    }

    /// The same with a created heap.
    @inline(never) static func withHeap(
        _ heap: Ref<Heap>, for byteCount: UInt, _ body: (Ref<Heap>) -> Address?
    ) -> UnsafeMutableRawPointer? {
        DeferredFree.run(force: false)
        guard byteCount <= Unit.largestRequest,
            let block = Recording.changing({ body(heap) ?? retry(heap, body) })
        else {
            bw_set_errno(Int32(BW_ENOMEM))
            return nil
        }
        if byteCount != 0 { bw_probe_allocation(block.bits, byteCount) }
        return unsafe block.pointer
    }

    /// Tries once more, after all that is free went back to the kernel: address space or memory may have run out.
    private static func retry(_ heap: Ref<Heap>, _ body: (Ref<Heap>) -> Address?) -> Address? {
        heap.pointee.releaseEmptyPages()
        Allocator.shared.pointee.returnParkedHeaps(until: .max)
        Allocator.shared.pointee.arena.purge(dueBy: .max)
        Allocator.shared.pointee.arena.dropIdleGuards()
        return body(heap)
    }

    /// The calling thread's heap; made now if it has none, unless the thread is ending.
    static var currentHeap: Ref<Heap>? {
        if let heap = Heap.current { return heap }
        guard !CurrentThread.isEnding, Allocator.start(Allocator.shared),
            let heap = Allocator.shared.pointee.takeHeap(Allocator.shared)
        else { return nil }
        CurrentThread.heapAddress = heap.address
        // After the heap is set: it may allocate.
        bw_life_watch_thread(heap.address.bits)
        return heap
    }

    /// realloc within a report, or of a block that was allocated in one. What the heap has of the old block stays.
    @inline(never) static func reallocateFromReserve(_ block: Address, _ byteCount: Int) -> UnsafeMutableRawPointer? {
        let isReserve = ReserveMemory.contains(block)
        let old = isReserve ? ReserveMemory.byteCount(of: block) : Allocator.shared.pointee.usableByteCount(block)
        guard let new = unsafe UnsafeMutableRawPointer(bitPattern: bw_abi_malloc(byteCount)) else { return nil }
        unsafe bw_copy(new, block.pointer, Swift.min(Int(bitPattern: old), byteCount))
        return unsafe new
    }

    /// The address behind a pointer of the caller's; 0 for NULL.
    @inline(__always) static func address(_ pointer: UnsafeMutableRawPointer?) -> Address {
        Address(UInt(bitPattern: pointer))
    }
}
