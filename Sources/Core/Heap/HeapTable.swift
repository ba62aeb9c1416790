// What programs know heaps by: handles, which are told from what was never one, and from those of heaps that are gone, so that no
// heap is used by two at a time. No pointer into metadata leaves the library.

import Synchronization

/// The heaps with handles. Valid (empty) when zero-initialised.
///
/// A handle is the place in the table, a generation, and the highest bit, so that it is no address. (1) Entry n is in use ⇔ its
/// handle is not 0; a handle is never used again before its place's generation comes round, after 2³² heaps. (2) Place 0 is not
/// used.
struct HeapTable: ~Copyable {
    private var entries = Address(0)
    /// Places 1 ... made were in use once.
    private var made: UInt = 0
    /// The first of the places that are free again.
    private var free: UInt = 0

    static var capacity: UInt { 1 << 16 }

    /// One place.
    struct Entry: ~Copyable {
        let handle = Atomic<UInt>(0)
        let heap = Atomic<UInt>(0)
        var generation: UInt32 = 0
        var nextFree: UInt32 = 0
    }

    init() {}

    private func entry(_ place: UInt) -> Ref<Entry> {
        unsafe Ref(at: entries + place * UInt(MemoryLayout<Entry>.stride))
    }

    /// The place that a handle names, whether it is one or not.
    @inline(__always) static func place(of handle: UInt) -> UInt { (handle &>> 4) & (capacity &- 1) }

    /// The heap of a handle; nil if it is none, or its heap is gone. Any thread.
    @inline(__always) func heap(_ handle: UInt) -> Ref<Heap>? {
        guard entries.bits != 0, handle != 0 else { return nil }
        let entry = entry(Self.place(of: handle))
        guard entry.pointee.handle.load(ordering: .acquiring) == handle else { return nil }
        return unsafe Ref(at: Address(entry.pointee.heap.load(ordering: .relaxed)))
    }

    /// Gives a heap a handle; `lock` is not held.
    /// - Returns: false if there is no memory, or there are 65,535 heaps.
    mutating func add(
        _ heap: Ref<Heap>, _ lock: borrowing Lock, metadata: Ref<MetadataPool>, guards: Ref<GuardPages>
    ) -> Bool {
        lock.acquire()
        defer { lock.release() }
        if entries.bits == 0 {
            let byteCount = Self.capacity * UInt(MemoryLayout<Entry>.stride)
            guard let memory = metadata.pointee.allocate(byteCount: byteCount, alignment: Unit.osPage, guards: guards)
            else { return false }
            entries = memory
        }
        let place: UInt
        if free != 0 {
            place = free
            free = UInt(entry(place).pointee.nextFree)
        } else {
            guard made + 1 < Self.capacity else { return false }
            made += 1
            place = made
        }
        let entry = entry(place)
        entry.pointee.generation &+= 1
        let handle = 1 << 63 | UInt(entry.pointee.generation) << 20 | place << 4
        heap.pointee.handle = handle
        entry.pointee.heap.store(heap.address.bits, ordering: .relaxed)
        entry.pointee.handle.store(handle, ordering: .releasing)
        return true
    }

    /// Takes a heap's handle away; `lock` is not held.
    mutating func remove(_ heap: Ref<Heap>, _ lock: borrowing Lock) {
        lock.acquire()
        defer { lock.release() }
        forget(heap)
    }

    /// The same while the lock is held.
    mutating func forget(_ heap: Ref<Heap>) {
        let place = Self.place(of: heap.pointee.handle)
        let entry = entry(place)
        entry.pointee.handle.store(0, ordering: .releasing)
        entry.pointee.nextFree = UInt32(free)
        free = place
        heap.pointee.handle = 0
        heap.pointee.user = 0
        heap.pointee.defaultOf = 0
    }
}
