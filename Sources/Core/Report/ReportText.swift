// The text of one report, in memory that the reporter keeps for it: no stack is large enough for sure.

import CBulwark

/// How text from elsewhere (paths, names of functions) is written.
enum Quoting {
    /// Unprintable bytes as `?`.
    case line
    /// As the inside of a JSON string; bytes of no ASCII character as the characters of these numbers.
    case json
}

/// Text in memory that somebody else keeps, cut off where the memory ends.
@safe struct ReportText: TextOutput {
    private let start: Address
    private let capacity: UInt
    private(set) var byteCount: UInt = 0
    /// The bytes that were written already, by `flush`.
    private var flushedCount: UInt = 0

    /// - Parameter start: memory of `capacity` bytes.
    @unsafe init(at start: Address, capacity: UInt) {
        self.start = start
        self.capacity = capacity
    }

    /// The reporter's memory for lines, empty: of the thread that holds its lock.
    static var sharedLines: ReportText {
        unsafe ReportText(at: Address(bw_report_text()), capacity: UInt(BW_REPORT_TEXT_BYTES))
    }
    /// Its memory for JSON.
    static var sharedJSON: ReportText {
        unsafe ReportText(at: Address(bw_report_json()), capacity: UInt(BW_REPORT_JSON_BYTES))
    }

    mutating func append(byte: UInt8) {
        guard byteCount < capacity else { return }
        unsafe (start + byteCount).storeByte(byte)
        byteCount += 1
    }

    mutating func append(byte: UInt8, _ quoting: Quoting) {
        switch quoting {
        case .line: append(byte: byte < 32 || byte > 126 ? 63 : byte)
        case .json:
            if byte >= 32 && byte < 127 && byte != 34 && byte != 92 {
                append(byte: byte)
            } else {
                append("\\u00")
                append(hexDigit: byte >> 4)
                append(hexDigit: byte & 15)
            }
        }
    }

    /// - Parameter digit: 0 … 15.
    mutating func append(hexDigit digit: UInt8) { append(byte: digit < 10 ? 48 + digit : 87 + digit) }

    mutating func append(_ text: TextBuffer, _ quoting: Quoting) {
        unsafe text.withBytes { bytes, count in
            for index in 0..<count { append(byte: unsafe bytes.load(fromByteOffset: index, as: UInt8.self), quoting) }
        }
    }

    /// True if some bytes are part of the text, behind its first line.
    func contains(_ bytes: Address, byteCount count: UInt) -> Bool {
        var at: UInt = 0
        while at < byteCount, unsafe (start + at).loadByte() != 10 { at += 1 }
        while at + count <= byteCount {
            if unsafe bw_equals((start + at).pointer, bytes.pointer, Int(count)) { return true }
            at += 1
        }
        return false
    }

    /// Takes what comes next as written already: somebody else has written it.
    mutating func skip(byteCount count: Int) { flushedCount += UInt(count) }

    /// Writes what is new since the last time, with one write. 0 is no descriptor.
    mutating func flush(to descriptor: Int32) {
        if descriptor != 0, byteCount > flushedCount {
            unsafe bw_output(descriptor, (start + flushedCount).pointer, Int(byteCount - flushedCount))
        }
        flushedCount = byteCount
    }

    /// Writes all of it, with one write.
    func write(to descriptor: Int32) {
        if descriptor != 0 { unsafe bw_output(descriptor, start.pointer, Int(byteCount)) }
    }
}
