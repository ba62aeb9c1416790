// Addresses: arithmetic that wraps, and the words behind them.

import Testing

@Suite struct AddressTests {
    @Test func arithmeticWraps() {
        verify(Address(.max) + 1 == Address(0))
        verify(Address(0) - 1 == Address(.max))
        verify(Address(5).offset(from: Address(3)) == 2)
        verify(Address(3).offset(from: Address(5)) == .max - 1)
    }

    @Test func alignment() {
        verify(Address(1).aligned(up: 4096) == Address(4096))
        verify(Address(4096).aligned(up: 4096) == Address(4096))
        verify(Address(8192).isAligned(to: 4096))
        verify(!Address(8200).isAligned(to: 16))
        verify(Address(0).isAligned(to: 1 << 40))
    }

    @Test func pointersGoBothWays() {
        let bits: UInt = 0x7fff_1234_5678
        let pointer = unsafe Address(bits).pointer
        let back = unsafe Address(pointer)
        verify(back == Address(bits))
        let constant = unsafe Address(UnsafeRawPointer(pointer))
        verify(constant.bits == bits)
    }

    @Test func words() throws {
        let memory = try require(VirtualMemory.map(byteCount: 8192, writable: true))
        unsafe memory.storeWord(0x0102_0304_0506_0708)
        let word = unsafe memory.loadWord()
        verify(word == 0x0102_0304_0506_0708)
        unsafe (memory + 4096).copy(from: memory, byteCount: 5)
        let copied = unsafe (memory + 4096).loadWord()
        verify(copied == 0x04_0506_0708)
        unsafe (memory + 4097).zero(byteCount: 2)
        let zeroed = unsafe (memory + 4096).loadWord()
        verify(zeroed == 0x04_0500_0008)
        VirtualMemory.unmap(memory, byteCount: 8192)
    }
}
