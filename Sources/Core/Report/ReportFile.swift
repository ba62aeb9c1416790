// Where reports are appended to: the files that options name.

import CBulwark

enum ReportFile {
    /// Appends a report to the file that an option names, with one write. A file that cannot be opened is no reason to
    /// fail.
    /// - Returns: false if it cannot be opened; nil if the option names none.
    @discardableResult static func append(_ text: ReportText, to option: Option) -> Bool? {
        guard let name = FileName(option) else { return nil }
        let descriptor = unsafe name.withPath { unsafe bw_os_open_output($0, false) }
        guard descriptor >= 0 else { return false }
        text.write(to: descriptor)
        bw_os_close(descriptor)
        return true
    }
}

/// A path with what stands for something put in: `%p` is the process's id, so that each process has a file of its own.
struct FileName {
    private var bytes = InlineArray<544, CChar>(repeating: 0)
    private var byteCount = 0

    init() {}

    /// What an option of the process names; nil if it names none.
    init?(_ option: Option) {
        guard Options.process.pointee[option] != 0 else { return nil }
        var name = FileName()
        unsafe Options.process.pointee.withPath(option) { unsafe name.append($0) }
        self = name
    }

    /// Opens the file for writing, in place of what it holds.
    /// - Returns: negative if it cannot be opened.
    func openEmpty() -> Int32 { unsafe withPath { unsafe bw_os_open_output($0, true) } }

    /// - Parameter path: of at most `Options.longestPath` bytes.
    @unsafe mutating func append(_ path: UnsafePointer<CChar>) {
        var index = 0
        while unsafe path[index] != 0 {
            if unsafe path[index] == 37, unsafe path[index + 1] == 112 {
                append(decimal: UInt(bw_os_process_id()))
                index += 2
            } else {
                unsafe append(path[index])
                index += 1
            }
        }
    }

    /// More of the name, as it stands.
    mutating func append(suffix: StaticString) {
        suffix.withUTF8Buffer { bytes in
            for index in 0..<bytes.count { append(CChar(bitPattern: unsafe bytes[index])) }
        }
    }

    private mutating func append(_ byte: CChar) {
        // The last byte stays 0.
        guard byteCount < 543 else { return }
        bytes[byteCount] = byte
        byteCount += 1
    }

    private mutating func append(decimal number: UInt) {
        var divisor: UInt = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor != 0 {
            append(CChar(48 + number / divisor % 10))
            divisor /= 10
        }
    }

    /// Passes the path on, as a C string that lives only during the call.
    func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe withUnsafeBytes(of: bytes) {
            unsafe body($0.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }
}
