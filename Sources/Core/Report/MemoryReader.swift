// Reading memory of which nobody knows whether it is there: an unwinder follows what a broken program left behind.

import CBulwark

/// Reads words that may not be mapped.
protocol MemoryReader {
    /// The word at a multiple of 8, or nil where none can be read.
    mutating func word(at address: Address) -> UInt?

    /// The same for the C side: `word(at:)` of the reader that the first argument points to.
    static var load: bw_load { get }
}

extension MemoryReader {
    /// What `load` is made of: a C function knows no types.
    /// - Parameter memory: a reader of this very type.
    @unsafe static func load(
        from memory: UnsafeMutableRawPointer, _ address: UInt, into word: UnsafeMutablePointer<UInt>
    ) -> Bool {
        let reader = unsafe memory.assumingMemoryBound(to: Self.self)
        guard let value = unsafe reader.pointee.word(at: Address(address)) else { return false }
        unsafe word.pointee = value
        return true
    }

    /// The 4 bytes at a multiple of 4.
    mutating func half(at address: Address) -> UInt32? {
        guard let word = word(at: Address(address.bits & ~7)) else { return nil }
        return UInt32(truncatingIfNeeded: address.isAligned(to: 8) ? word : word >> 32)
    }

    mutating func byte(at address: Address) -> UInt8? {
        guard let word = word(at: Address(address.bits & ~7)) else { return nil }
        return UInt8(truncatingIfNeeded: word >> ((address.bits & 7) * 8))
    }
}

/// Asks the kernel once for each OS page and then reads where it is: for samples, which must cost little.
///
/// A page that another thread unmaps between the look and the read would fault. What samples read is the thread's own
/// stack and the tables of libraries that are on it, which nobody unmaps.
struct ReadablePages: MemoryReader {
    /// Pages found readable, by the lowest bits of their number. 0, which never is, is none.
    private var pages = InlineArray<32, UInt>(repeating: 0)

    init() {}

    static var load: bw_load {
        { memory, address, word in unsafe ReadablePages.load(from: memory, address, into: word) }
    }

    mutating func word(at address: Address) -> UInt? {
        let page = address.bits / Unit.osPage
        let slot = Int(page & 31)
        if pages[slot] != page || page == 0 {
            guard page != 0, bw_os_is_readable(address.bits) else { return nil }
            pages[slot] = page
        }
        return unsafe UInt(address.loadWord())
    }
}
