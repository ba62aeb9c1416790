// How things are written as text, byte by byte, whatever takes the bytes: no allocation, no locale.

extension StaticString {
    /// - Parameter index: within the text.
    func byte(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < utf8CodeUnitCount)
        return unsafe utf8Start[index]
    }

    /// The text as a C string: a static string's bytes end with a zero.
    var cString: UnsafePointer<CChar> { unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}

/// Something that takes bytes of text, and drops what it has no room for.
protocol TextOutput {
    mutating func append(byte: UInt8)
}

extension TextOutput {
    mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(byte: text.byte(at: index)) }
    }

    /// - Parameter text: a C string; at most `limit` bytes of it are taken, unprintable ones as `?`.
    mutating func append(cString text: UnsafePointer<CChar>, limit: Int = 200) {
        for i in 0..<limit {
            let byte = unsafe UInt8(bitPattern: text[i])
            if byte == 0 { return }
            append(byte: byte < 32 || byte > 126 ? 63 : byte)
        }
    }

    mutating func append(decimal number: UInt) {
        var divisor: UInt = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor != 0 {
            append(byte: UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }

    /// A number, at the right of so many characters.
    mutating func append(_ number: UInt, width: UInt) {
        var (digits, rest): (UInt, UInt) = (1, number / 10)
        while rest != 0 { (digits, rest) = (digits + 1, rest / 10) }
        while digits < width {
            append(byte: 32)
            digits += 1
        }
        append(decimal: number)
    }

    mutating func append(_ address: Address) {
        append("0x")
        var shift: UInt = 60
        while shift > 0 && address.bits >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(truncatingIfNeeded: address.bits >> shift & 15)
            append(byte: digit < 10 ? 48 + digit : 87 + digit)
            if shift == 0 { return }
            shift -= 4
        }
    }
}
