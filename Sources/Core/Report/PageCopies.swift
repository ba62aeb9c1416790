// Copies of OS pages, for reports: what is read is a copy that the kernel made, so nothing faults, whatever other threads
// unmap meanwhile. In static memory; of the thread that holds the reporter's lock.

import CBulwark

/// 32 pages copied by process_vm_readv. Where that call is forbidden (a sandbox), each page is looked at and then copied
/// by hand: as ReadablePages reads.
struct PageCopies: ~Copyable {
    /// The number of the page that each copy is of, by the number's lowest bits; 0 is none.
    private var pages = InlineArray<32, UInt>(repeating: 0)
    private var process: UInt32 = 0
    private var isForbidden = false

    static var slotCount: UInt { 32 }

    /// The process's copies: the table, and behind its OS page the pages.
    static var shared: Ref<PageCopies> { unsafe Ref(at: Address(bw_page_copies())) }

    /// Forgets all copies.
    mutating func begin() {
        pages = InlineArray(repeating: 0)
        process = bw_os_process_id()
    }

    /// - Parameter copies: the address of this table.
    fileprivate mutating func word(at address: Address, _ copies: Address) -> UInt? {
        let page = address.bits / Unit.osPage
        let slot = page & (Self.slotCount - 1)
        let copy = copies + Unit.osPage + slot * Unit.osPage
        if pages[Int(slot)] != page || page == 0 {
            guard page != 0, take(page, into: copy) else { return nil }
            pages[Int(slot)] = page
        }
        return unsafe UInt((copy + address.bits % Unit.osPage).loadWord())
    }

    private mutating func take(_ page: UInt, into copy: Address) -> Bool {
        let source = Address(page * Unit.osPage)
        pages[Int(page & (Self.slotCount - 1))] = 0
        if !isForbidden {
            let result = unsafe bw_os_copy_safely(copy.pointer, source.bits, Int(Unit.osPage), process)
            if result == 0 { return true }
            if result == -Int32(BW_EFAULT) { return false }
            isForbidden = true
        }
        guard bw_os_is_readable(source.bits) else { return false }
        unsafe copy.copy(from: source, byteCount: Unit.osPage)
        return true
    }
}

/// Reads from the copies.
struct CopiedMemory: MemoryReader {
    private let copies: Ref<PageCopies>

    /// Begins anew: what was copied before may have changed.
    init(_ copies: Ref<PageCopies>) {
        self.copies = copies
        copies.pointee.begin()
    }

    static var load: bw_load {
        { memory, address, word in unsafe CopiedMemory.load(from: memory, address, into: word) }
    }

    func word(at address: Address) -> UInt? { copies.pointee.word(at: address, copies.address) }
}
