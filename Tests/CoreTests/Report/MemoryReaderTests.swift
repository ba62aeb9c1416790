// Both ways to read what may not be there: right where there is memory, nil elsewhere, and never a fault.

import CBulwark
import Testing

@Suite struct MemoryReaderTests {
    /// Memory for the copies, as the reporter keeps it in static storage.
    private func withCopies(_ body: (inout CopiedMemory) -> Void) throws {
        let memory = try require(VirtualMemory.map(byteCount: UInt(BW_PAGE_COPIES_BYTES), writable: true))
        var reader = unsafe CopiedMemory(Ref(at: memory))
        body(&reader)
        VirtualMemory.unmap(memory, byteCount: UInt(BW_PAGE_COPIES_BYTES))
    }

    /// 40 OS pages, more than there are slots, that each hold their own number; the last one is not readable.
    private func check<Reader: MemoryReader>(_ reader: inout Reader) throws {
        let count: UInt = 40
        let memory = try require(VirtualMemory.map(byteCount: count * Unit.osPage, writable: true))
        for page in 0..<count { unsafe (memory + page * Unit.osPage + 64).storeWord(UInt64(page) << 32 | 0x55AA) }
        verify(VirtualMemory.protect(memory + (count - 1) * Unit.osPage, byteCount: Unit.osPage, writable: false))
        for _ in 0..<3 {
            for page in 0..<count - 1 {
                let word = memory + page * Unit.osPage + 64
                verify(reader.word(at: word) == page << 32 | 0x55AA)
                verify(reader.half(at: word) == 0x55AA && reader.half(at: word + 4) == UInt32(page))
                verify(reader.byte(at: word) == 0xAA && reader.byte(at: word + 1) == 0x55)
                verify(reader.byte(at: word + 4) == UInt8(page) && reader.byte(at: word + 7) == 0)
            }
            verify(reader.word(at: memory + (count - 1) * Unit.osPage) == nil)
        }
        VirtualMemory.unmap(memory, byteCount: count * Unit.osPage)
        for address in [0, 8, 0x1000, 1 << 47, 1 << 63, UInt.max & ~7] {
            verify(reader.word(at: Address(address)) == nil)
        }
    }

    @Test func readablePages() throws {
        var reader = ReadablePages()
        try check(&reader)
    }

    @Test func copies() throws { try withCopies { reader in try? check(&reader) } }

    /// A copy stays as it is until the reader begins anew.
    @Test func copiesAreOfOneMoment() throws {
        let word = try require(VirtualMemory.map(byteCount: Unit.osPage, writable: true))
        unsafe word.storeWord(1)
        let memory = try require(VirtualMemory.map(byteCount: UInt(BW_PAGE_COPIES_BYTES), writable: true))
        let reader = unsafe CopiedMemory(Ref(at: memory))
        verify(reader.word(at: word) == 1)
        unsafe word.storeWord(2)
        verify(reader.word(at: word) == 1)
        let second = unsafe CopiedMemory(Ref(at: memory))
        verify(second.word(at: word) == 2)
        VirtualMemory.unmap(word, byteCount: Unit.osPage)
        VirtualMemory.unmap(memory, byteCount: UInt(BW_PAGE_COPIES_BYTES))
    }
}
