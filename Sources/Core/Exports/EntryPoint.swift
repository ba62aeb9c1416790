// What the exported functions share: the calling thread's heap, and errno.

import CBulwark

enum EntryPoint {
    /// Runs `body`, which allocates `byteCount` bytes, with the calling thread's heap, made now if it has none; threads
    /// that are ending share one.
    /// - Returns: what `body` does; nil, with errno ENOMEM, if that is nil or there is no heap to be had.
    @inline(never) static func withHeap(
        for byteCount: UInt, _ body: (Ref<Heap>) -> Address?
    ) -> UnsafeMutableRawPointer? {
        let block: Address?
        if byteCount > Unit.largestRequest {
            block = nil
        } else if let heap = currentHeap {
            block = body(heap) ?? retry(heap, body)
        } else if CurrentThread.isEnding {
            block = Allocator.shared.pointee.withFallbackHeap(Allocator.shared, body)
        } else {
            block = nil
        }
        guard let block else {
            bw_set_errno(Int32(BW_ENOMEM))
            return nil
        }
        return unsafe block.pointer
    }

    /// Tries once more, after all that is free went back to the kernel: address space or memory may have run out.
    private static func retry(_ heap: Ref<Heap>, _ body: (Ref<Heap>) -> Address?) -> Address? {
        heap.pointee.releaseEmptyPages()
        Allocator.shared.pointee.arena.purge(dueBy: .max)
        Allocator.shared.pointee.arena.dropIdleGuards()
        return body(heap)
    }

    /// The calling thread's heap; made now if it has none, unless the thread is ending.
    private static var currentHeap: Ref<Heap>? {
        let address = CurrentThread.heapAddress
        if address.bits != 0 { return unsafe Ref(at: address) }
        guard !CurrentThread.isEnding, Allocator.start(Allocator.shared),
            let heap = Allocator.shared.pointee.takeHeap(Allocator.shared)
        else { return nil }
        CurrentThread.heapAddress = heap.address
        // After the heap is set: it may allocate.
        bw_life_watch_thread(heap.address.bits)
        return heap
    }

    /// The address behind a pointer of the caller's; 0 for NULL.
    @inline(__always) static func address(_ pointer: UnsafeMutableRawPointer?) -> Address {
        Address(UInt(bitPattern: pointer))
    }
}
