// What a thread knows of itself. Exports reads it once at the entry and passes it on: nothing below Exports
// depends on which thread runs it, so unit tests can play several threads in one.

import CBulwark

enum CurrentThread {
    /// The address of the thread's heap; 0 if it has none.
    static var heapAddress: Address {
        get {
            let address = bw_thread_heap()
            return Address(address == bw_empty_heap() ? 0 : address)
        }
        set { bw_thread_set_heap(newValue.bits == 0 ? bw_empty_heap() : newValue.bits) }
    }

    /// The address of the thread's own heap, which is not that of `heapAddress` while a created heap is its default; 0 if it
    /// has none.
    static var ownHeapAddress: Address {
        let own = bw_thread_own_heap()
        return own == 0 ? heapAddress : Address(own)
    }

    /// Makes a created heap the thread's default, or its own one again.
    /// - Parameter heap: 0: its own.
    static func setDefaultHeap(_ heap: Address) {
        let own = ownHeapAddress
        bw_thread_set_own_heap(heap.bits == 0 ? 0 : own.bits)
        heapAddress = heap.bits == 0 ? own : heap
    }

    /// A number that no other running thread has.
    @inline(__always) static var token: UInt { bw_thread_token() }

    /// The address of the thread's heap, or of the empty one: for the fast paths, which need not tell. No page's
    /// owner is the empty heap.
    @inline(__always) static var heapOrEmptyAddress: Address { Address(bw_thread_heap()) }

    /// True once the thread's specific data are being destroyed.
    static var isEnding: Bool { bw_thread_ending() != 0 }

    /// True while locks let the thread through without taking them: between fork's prepare handler and its others,
    /// where it holds them all and other libraries' handlers may allocate; and once it ends the process.
    static var passesLocks: Bool {
        get { bw_thread_passing() != 0 }
        set { bw_thread_set_passing(newValue ? 1 : 0) }
    }

    /// A bit for each of the next allocator's functions that the thread is in (Heap/Allocator+Foreign.swift).
    static var forwardedCalls: UInt32 {
        get { bw_thread_forwarding() }
        set { bw_thread_set_forwarding(newValue) }
    }

    /// True while the thread is in the program's hook for deferred frees. A bit beside `forwardedCalls`.
    static var runsHook: Bool {
        get { bw_thread_forwarding() >> 31 != 0 }
        set { bw_thread_set_forwarding(bw_thread_forwarding() & 0x7FFF_FFFF | (newValue ? 1 << 31 : 0)) }
    }

    /// While the thread passes locks: notes whether one was free, and so is taken after all, or was passed by. Locks
    /// nest, so the notes are a stack of bits, above which a 1 stands.
    static func noteLock(isTaken: Bool) { bw_thread_set_passing(bw_thread_passing() << 1 | (isTaken ? 1 : 0)) }

    /// Takes back the last of the notes: true if its lock was taken. Locks that were taken before the thread began to pass
    /// locks are not released while it does.
    static func lastLockWasTaken() -> Bool {
        let notes = bw_thread_passing()
        guard notes > 1 else { return false }
        bw_thread_set_passing(notes >> 1)
        return notes & 1 != 0
    }

    /// True while the thread reports a violation: another one of its own, found meanwhile, gets no more than a line.
    static var isReporting: Bool {
        get { bw_thread_reporting() != 0 }
        set { bw_thread_set_reporting(newValue ? 1 : 0) }
    }

    /// True while the thread opens a library within a report: its heap may be what is broken, so memory comes from
    /// elsewhere (Report/ReserveMemory.swift).
    static var usesReserve: Bool {
        get { bw_thread_reporting() == 2 }
        set { bw_thread_set_reporting(newValue ? 2 : 1) }
    }

    /// The kernel's id of the thread. Linux: `gettid(2)`.
    static var id: UInt32 { bw_os_thread_id() }

    /// The same without a system call but for the first time; the parent's in a child that ran no fork handler.
    static var rememberedID: UInt32 {
        if bw_thread_id() == 0 { bw_thread_set_id(id) }
        return bw_thread_id()
    }
    static func forgetID() { bw_thread_set_id(0) }
}
