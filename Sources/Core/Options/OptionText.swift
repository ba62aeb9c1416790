// Bytes of an option list, and what they can be read as. Never past the end that it was made with.

/// A piece of a text that somebody else keeps.
@safe struct OptionText {
    private let bytes: UnsafePointer<CChar>
    let byteCount: Int

    @unsafe init(_ bytes: UnsafePointer<CChar>, byteCount: Int) {
        unsafe self.bytes = bytes
        self.byteCount = byteCount
    }

    @unsafe init(cString: UnsafePointer<CChar>) {
        var count = 0
        while unsafe cString[count] != 0 { count += 1 }
        unsafe self.init(cString, byteCount: count)
    }

    /// The byte at an index within the text.
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < byteCount)
        return unsafe UInt8(bitPattern: bytes[index])
    }

    /// The piece from `start` up to `end`, both within the text.
    func piece(_ start: Int, _ end: Int) -> OptionText {
        precondition(start >= 0 && start <= end && end <= byteCount)
        return unsafe OptionText(bytes + start, byteCount: end - start)
    }

    /// Where `byte` is first found from `start` on; the text's end if nowhere.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int {
        var index = start
        while index < byteCount && self[index] != byte { index += 1 }
        return index
    }

    static func == (text: OptionText, name: StaticString) -> Bool {
        guard text.byteCount == name.utf8CodeUnitCount else { return false }
        for index in 0..<text.byteCount where name.byte(at: index) != text[index] { return false }
        return true
    }

    /// A decimal number of 1 to 9 digits, or nil.
    var number: UInt? {
        guard byteCount >= 1, byteCount <= 9 else { return nil }
        var sum: UInt = 0
        for index in 0..<byteCount {
            guard self[index] >= 48, self[index] <= 57 else { return nil }
            sum = sum * 10 + UInt(self[index] - 48)
        }
        return sum
    }

    /// The position of the text among names that stand in one text with bars between them; nil if it is none of them.
    func position(in names: StaticString) -> UInt? {
        var (position, start): (UInt, Int) = (0, 0)
        while true {
            var end = start
            while end < names.utf8CodeUnitCount && names.byte(at: end) != 124 { end += 1 }
            var matches = byteCount == end - start
            for index in 0..<byteCount where matches { matches = names.byte(at: start + index) == self[index] }
            if matches { return position }
            if end == names.utf8CodeUnitCount { return nil }
            (position, start) = (position + 1, end + 1)
        }
    }

    /// Passes the bytes on; no zero stands behind them.
    func withBytes(_ body: (UnsafePointer<CChar>, Int) -> Void) { unsafe body(bytes, byteCount) }
}

extension TextBuffer {
    /// At most 100 bytes of the text, unprintable ones as `?`.
    mutating func append(_ text: OptionText) {
        for index in 0..<Swift.min(text.byteCount, 100) {
            append(byte: text[index] < 32 || text[index] > 126 ? 63 : text[index])
        }
    }
}
