// Text into memory of the program's: as snprintf does.

import Testing

@Suite struct CallerTextTests {
    /// What is in a buffer of so many bytes afterwards, which were 0xFF, and the length that is told.
    private func write(_ text: StaticString, room: Int, of byteCount: Int = 16) -> (bytes: [UInt8], count: UInt) {
        var bytes = [CChar](repeating: -1, count: byteCount)
        var count: UInt = 0
        unsafe bytes.withUnsafeMutableBufferPointer {
            var caller = unsafe CallerText($0.baseAddress, byteCount: room)
            caller.append(text)
            caller.finish()
            count = caller.byteCount
        }
        return (bytes.map { UInt8(bitPattern: $0) }, count)
    }

    /// Fits, fits to the byte, and is cut off: there is always a zero, nothing behind it is touched, and the length is the whole text's.
    @Test func cutOff() {
        for room in 1...12 {
            let (bytes, count) = write("12345678", room: room)
            let kept = min(8, room - 1)
            let expected = Array("12345678".utf8.prefix(kept)) + [0] + [UInt8](repeating: 0xFF, count: 15 - kept)
            verify(bytes == expected && count == 8, "\(room): \(bytes)")
        }
    }

    @Test func empty() {
        let (bytes, count) = write("", room: 4)
        verify(bytes[0] == 0 && bytes[1] == 0xFF && count == 0)
    }

    /// To ask for the length alone.
    @Test func withoutRoom() {
        let (bytes, count) = write("abc", room: 0)
        verify(bytes.allSatisfy { $0 == 0xFF } && count == 3)
        var nowhere = unsafe CallerText(nil, byteCount: 100)
        nowhere.append("abcd")
        nowhere.append(decimal: 12)
        nowhere.finish()
        verify(nowhere.byteCount == 6)
    }
}
