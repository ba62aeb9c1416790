// Text without allocation: string interpolation would call malloc. A fixed buffer, cut off when it is full.

import CBulwark

/// One message, of at most 1,024 bytes, written with one system call so that lines of threads do not mix.
struct TextBuffer {
    private var bytes = InlineArray<1024, UInt8>(repeating: 0)
    private(set) var byteCount = 0

    init() {}

    mutating func append(byte: UInt8) {
        guard byteCount < 1024 else { return }
        bytes[byteCount] = byte
        byteCount += 1
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes in
            for i in 0..<bytes.count { unsafe append(byte: bytes[i]) }
        }
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

    /// Passes the text on, as bytes that live only during the call.
    func withBytes(_ body: (UnsafeRawPointer, Int) -> Void) {
        unsafe withUnsafeBytes(of: bytes) { unsafe body($0.baseAddress!, byteCount) }
    }

    /// Writes the text to a file descriptor; a closed one is no error. Linux: `write(2)`.
    func write(to descriptor: Int32) {
        unsafe withBytes { unsafe bw_os_write(descriptor, $0, $1) }
    }
}
