// What a thread knows of itself. Exports reads it once at the entry and passes it on: nothing below Exports
// depends on which thread runs it, so unit tests can play several threads in one.

import CBulwark

enum CurrentThread {
    /// The address of the thread's heap; 0 if it has none.
    @inline(__always) static var heapAddress: Address {
        get { Address(bw_thread_heap()) }
        set { bw_thread_set_heap(newValue.bits) }
    }

    /// True once the thread's specific data are being destroyed.
    static var isEnding: Bool { bw_thread_ending() != 0 }

    /// The kernel's id of the thread. Linux: `gettid(2)`.
    static var id: UInt32 { bw_os_thread_id() }
}
