// What a text buffer holds, for comparison.

extension TextBuffer {
    var string: String {
        var text = ""
        unsafe withBytes { bytes, count in
            text = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
        return text
    }
}
