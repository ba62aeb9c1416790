// Text into memory of the program's, as snprintf(3) does it: cut off where that ends, and counted to its end.

/// A buffer of the program's.
@safe struct CallerText: TextOutput {
    private let start: Address
    private let capacity: UInt
    /// The bytes of the whole text.
    private(set) var byteCount: UInt = 0

    /// - Parameters:
    ///   - buffer: may be nil if there is no room.
    ///   - byteCount: its room, for a zero too.
    @unsafe init(_ buffer: UnsafeMutablePointer<CChar>?, byteCount: Int) {
        start = Address(UInt(bitPattern: buffer))
        capacity = start.bits == 0 ? 0 : UInt(bitPattern: byteCount)
    }

    mutating func append(byte: UInt8) {
        if byteCount &+ 1 < capacity { unsafe (start + byteCount).storeByte(byte) }
        byteCount += 1
    }

    /// Ends the text with a zero, if there is room for one.
    func finish() {
        if capacity != 0 { unsafe (start + Swift.min(byteCount, capacity - 1)).storeByte(0) }
    }
}
