// Handles of heaps, and the calling thread's default: what the functions bw_heap_… begin with.

import CBulwark

enum CurrentHeap {
    /// The heap behind a handle, which the calling thread uses from now on.
    /// - Returns: nil, with errno EINVAL and a report, if it is none, or another thread's own.
    @inline(__always) static func use(_ handle: UInt) -> Ref<Heap>? {
        guard let heap = Allocator.shared.pointee.heaps.heap(handle),
            heap.pointee.isCreated || heap.address == CurrentThread.ownHeapAddress
        else {
            refuse(handle)
            return nil
        }
        heap.pointee.user = CurrentThread.token
        return heap
    }

    @inline(never) private static func refuse(_ handle: UInt) {
        if Variant.reportsMisuse { Report.violation(.invalidHeap, at: Address(handle), .foreign) }
        bw_set_errno(Int32(BW_EINVAL))
    }

    /// The handle of a heap of the calling thread, made now if it has none; 0, with errno ENOMEM, if that fails.
    static func handle(of heap: Ref<Heap>) -> UInt {
        guard heap.pointee.handle != 0 || Allocator.shared.pointee.nameHeap(heap) else {
            bw_set_errno(Int32(BW_ENOMEM))
            return 0
        }
        return heap.pointee.handle
    }

    /// The thread ends, or is done: its own heap goes to the next one. A created heap that is its default stays what it is.
    static func leave() {
        let own = CurrentThread.ownHeapAddress
        restoreOwn()
        CurrentThread.heapAddress = Address(0)
        if own.bits != 0 { Memcheck.quietly { Allocator.shared.pointee.parkHeap(unsafe Ref(at: own)) } }
    }

    /// The thread's own heap is its default again.
    static func restoreOwn() {
        guard let heap = Heap.current, heap.address != CurrentThread.ownHeapAddress else { return }
        heap.pointee.defaultOf = 0
        CurrentThread.setDefaultHeap(Address(0))
    }
}
