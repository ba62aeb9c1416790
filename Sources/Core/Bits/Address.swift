// An address and the arithmetic on it. A bare UInt is a number of bytes or things, never a place.

import CBulwark

/// A place in this process's address space; any 64-bit value is allowed, mapped or not.
struct Address: Equatable {
    let bits: UInt

    @inline(__always) init(_ bits: UInt) { self.bits = bits }
    @inline(__always) init(_ pointer: UnsafeRawPointer) { bits = UInt(bitPattern: pointer) }
    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) { bits = UInt(bitPattern: pointer) }

    /// The pointer that goes back to the caller of malloc. The address must not be 0.
    @inline(__always) var pointer: UnsafeMutableRawPointer { unsafe bw_pointer(bits) }

    // Wrapping: an address near the end of the address space may come from a caller's nonsense pointer; results
    // are only trusted after the page map has been asked.
    @inline(__always) static func + (address: Address, byteCount: UInt) -> Address {
        Address(address.bits &+ byteCount)
    }
    @inline(__always) static func - (address: Address, byteCount: UInt) -> Address {
        Address(address.bits &- byteCount)
    }
    /// The distance in bytes from `start`; enormous if the address lies before it.
    @inline(__always) func offset(from start: Address) -> UInt { bits &- start.bits }

    /// The first multiple of `alignment`, a power of two, that is not below the address.
    @inline(__always) func aligned(up alignment: UInt) -> Address { Address(bits.aligned(up: alignment)) }
    @inline(__always) func aligned(down alignment: UInt) -> Address { Address(bits.aligned(down: alignment)) }
    @inline(__always) func isAligned(to alignment: UInt) -> Bool { bits & (alignment &- 1) == 0 }

    /// Reads the word there, which must be mapped: only the allocator's own words in blocks that are free.
    @unsafe @inline(__always) func loadWord() -> UInt64 {
        unsafe UnsafeRawPointer(bw_pointer(bits)).load(as: UInt64.self)
    }
    @unsafe @inline(__always) func storeWord(_ word: UInt64) {
        unsafe bw_pointer(bits).storeBytes(of: word, as: UInt64.self)
    }
    /// Fills mapped memory that no live block covers, or a block that its caller is about to get.
    @unsafe @inline(__always) func zero(byteCount: UInt) { unsafe bw_zero(bw_pointer(bits), Int(byteCount)) }
    @unsafe @inline(__always) func fill(byteCount: UInt, withByte byte: UInt8) {
        unsafe bw_fill_bytes(bw_pointer(bits), byte, Int(byteCount))
    }
    @unsafe @inline(__always) func copy(from source: Address, byteCount: UInt) {
        unsafe bw_copy(bw_pointer(bits), bw_pointer(source.bits), Int(byteCount))
    }

    /// Repeats a word over some bytes; up to 7 more may be written.
    @unsafe @inline(__always) func fill(byteCount: UInt, with word: UInt64) {
        unsafe bw_fill(bw_pointer(bits), Int(bitPattern: byteCount), word)
    }
    /// True if the bytes are what `fill` writes; up to 7 more may be read.
    @unsafe @inline(__always) func isFilled(byteCount: UInt, with word: UInt64) -> Bool {
        unsafe bw_is_filled(bw_pointer(bits), Int(bitPattern: byteCount), word)
    }
    /// A word at any address.
    @unsafe @inline(__always) func loadUnalignedWord() -> UInt64 {
        unsafe UnsafeRawPointer(bw_pointer(bits)).loadUnaligned(as: UInt64.self)
    }
    @unsafe @inline(__always) func storeUnalignedWord(_ word: UInt64) {
        unsafe bw_pointer(bits).storeBytes(of: word, as: UInt64.self)
    }
    /// Asks for the cache line at this address, to write it; any address.
    @unsafe @inline(__always) func prefetch() { unsafe bw_prefetch(bw_pointer(bits)) }
    @unsafe @inline(__always) func loadByte() -> UInt8 {
        unsafe UnsafeRawPointer(bw_pointer(bits)).load(as: UInt8.self)
    }
    @unsafe @inline(__always) func storeByte(_ byte: UInt8) {
        unsafe bw_pointer(bits).storeBytes(of: byte, as: UInt8.self)
    }
    /// Makes the kernel give the OS page, without changing it: a write of nothing.
    @unsafe @inline(__always) func touch() { unsafe bw_touch(bw_pointer(bits)) }
    /// Repeats a word over a block, inline. The address and `byteCount` are multiples of 16, and there are at least 16 bytes.
    @unsafe @inline(__always) func blankBlock(byteCount: UInt, with word: UInt64) {
        unsafe bw_blank_block(bw_pointer(bits), Int(bitPattern: byteCount), word)
    }
    /// True if a block is as `blankBlock` left it; the same terms.
    @unsafe @inline(__always) func isBlankBlock(byteCount: UInt, with word: UInt64) -> Bool {
        unsafe bw_is_blank_block(bw_pointer(bits), Int(bitPattern: byteCount), word)
    }
    /// True if a block is all zeros; the same terms.
    @unsafe @inline(__always) func isZeroBlock(byteCount: UInt) -> Bool {
        unsafe isBlankBlock(byteCount: byteCount, with: 0)
    }
}
