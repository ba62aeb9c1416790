// Text without allocation: string interpolation would call malloc. A fixed buffer, cut off when it is full.

import CBulwark

/// One message, of at most 1,024 bytes, written with one system call so that lines of threads do not mix.
struct TextBuffer: TextOutput {
    private var bytes = InlineArray<1024, UInt8>(repeating: 0)
    private(set) var byteCount = 0

    init() {}

    mutating func append(byte: UInt8) {
        guard byteCount < 1024 else { return }
        bytes[byteCount] = byte
        byteCount += 1
    }

    /// Passes the text on, as bytes that live only during the call.
    func withBytes(_ body: (UnsafeRawPointer, Int) -> Void) {
        unsafe withUnsafeBytes(of: bytes) { unsafe body($0.baseAddress!, byteCount) }
    }

    /// Writes the text to a file descriptor, or to the output hook; a closed one is no error. Linux: `write(2)`.
    func write(to descriptor: Int32) {
        unsafe withBytes { unsafe bw_output(descriptor, $0, $1) }
    }
}
