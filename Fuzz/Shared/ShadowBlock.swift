// A block as its user knows it: where it is, how it was asked for, and what was written into it.

import CBulwark
import Glibc

struct ShadowBlock {
    let address: Address
    /// What was asked for.
    var byteCount: UInt
    /// What may be used: as malloc_usable_size says, and at least what was asked for.
    var extent: UInt
    /// What was asked for; 0: nothing was.
    let alignment: UInt
    let family: AllocationFamily
    /// The content is a function of this.
    var key: UInt64

    /// The first byte behind it. A block of 0 bytes takes a place too: its address is nobody else's.
    var end: Address { address + max(extent, 1) }

    /// The words that carry the content: all of a small block; of others those at both ends and some between, because memory that
    /// is touched costs more than the rest of an execution.
    private func forEachWord(_ body: (UInt) -> Void) {
        let words = extent / 8
        var word: UInt = 0
        while word < words {
            body(word * 8)
            word += words <= 64 || word < 16 || word + 16 >= words ? 1 : max(1, (words - 16 - word) / 4)
        }
    }

    private func pattern(_ offset: UInt) -> UInt64 { (key << 32 | UInt64(offset)) &* 0x9E37_79B9_7F4A_7C15 | 1 }
    private var lastByte: UInt8 { UInt8(truncatingIfNeeded: key) | 1 }

    func fill() {
        forEachWord { unsafe (address + $0).storeWord(pattern($0)) }
        // The bytes that are no whole word: the last one, at least, is the user's too.
        if extent % 8 != 0 { unsafe (address + (extent - 1)).storeByte(lastByte) }
    }

    /// The first word that is not as `fill` left it, as its offset; nil if all are.
    /// - Parameter limit: words that end behind it are not looked at.
    func firstChange(below limit: UInt = .max) -> UInt? {
        var changed: UInt?
        forEachWord { offset in
            guard changed == nil, offset + 8 <= limit else { return }
            if unsafe (address + offset).loadWord() != pattern(offset) { changed = offset }
        }
        if changed == nil, extent % 8 != 0, extent <= limit,
            unsafe (address + (extent - 1)).loadByte() != lastByte
        {
            return extent - 1
        }
        return changed
    }
}

/// True if each byte of a range has a value. Of long ranges the ends are looked at.
func isFilled(_ address: Address, _ byteCount: UInt, with byte: UInt8) -> Bool {
    guard byteCount <= 32 << 10 else {
        return isFilled(address, 16 << 10, with: byte)
            && isFilled(address + (byteCount - 16 << 10), 16 << 10, with: byte)
    }
    guard byteCount != 0 else { return true }
    let start = unsafe UnsafeRawPointer(address.pointer)
    // Every byte equals its neighbour.
    return unsafe start.load(as: UInt8.self) == byte && memcmp(start, start + 1, Int(byteCount) - 1) == 0
}
