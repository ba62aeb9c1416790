// Reads BULWARK_OPTIONS. A bad part costs one warning line that says what is accepted, never the program.

/// A part of the option string: bytes from `start` up to `end`.
private struct Part {
    let start: Int
    let end: Int
}

/// Parses an option string into options; each refused part is passed to `warn` as a ready line.
struct OptionParser {
    private(set) var options = Options()
    /// True if the string asked for the table of options (`help=1`).
    private(set) var wantsHelp = false

    init() {}

    /// - Parameter text: a C string, `name=value` parts separated by colons; empty parts are allowed.
    @unsafe mutating func parse(_ text: UnsafePointer<CChar>, warn: (TextBuffer) -> Void) {
        var start = 0
        while true {
            var end = start
            while unsafe text[end] != 0 && text[end] != 58 { end += 1 }
            if end > start { unsafe apply(text, Part(start: start, end: end), warn) }
            if unsafe text[end] == 0 { return }
            start = end + 1
        }
    }

    @unsafe private mutating func apply(
        _ text: UnsafePointer<CChar>, _ part: Part, _ warn: (TextBuffer) -> Void
    ) {
        var equals = part.start
        while unsafe equals < part.end && text[equals] != 61 { equals += 1 }
        let name = Part(start: part.start, end: equals)
        let value = Part(start: Swift.min(equals + 1, part.end), end: part.end)
        if unsafe matches(text, name, "help") {
            wantsHelp = true
            return
        }
        for index in 0..<Option.count {
            guard let option = Option(rawValue: index), unsafe matches(text, name, option.name) else { continue }
            if let number = unsafe number(text, value), number <= option.maximum {
                options[option] = number
            } else {
                var line = unsafe warning("bad value in option '", text, part)
                line.append("'; accepted: a number from 0 to ")
                line.append(decimal: option.maximum)
                warn(line)
            }
            return
        }
        var line = unsafe warning("unknown option '", text, name)
        line.append("'; accepted: help")
        Option.forEach { option in
            line.append(", ")
            line.append(option.name)
        }
        warn(line)
    }

    @unsafe private func warning(
        _ opening: StaticString, _ text: UnsafePointer<CChar>, _ part: Part
    ) -> TextBuffer {
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(opening)
        unsafe line.append(cString: text + part.start, limit: Swift.min(part.end - part.start, 100))
        return line
    }

    @unsafe private func matches(_ text: UnsafePointer<CChar>, _ part: Part, _ name: StaticString) -> Bool {
        guard part.end - part.start == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { bytes in
            for i in 0..<bytes.count where unsafe bytes[i] != UInt8(bitPattern: text[part.start + i]) {
                return false
            }
            return true
        }
    }

    /// A decimal number of 1 to 9 digits, or nil.
    @unsafe private func number(_ text: UnsafePointer<CChar>, _ part: Part) -> UInt? {
        guard part.end > part.start, part.end - part.start <= 9 else { return nil }
        var sum: UInt = 0
        for i in part.start..<part.end {
            let byte = unsafe UInt8(bitPattern: text[i])
            guard byte >= 48 && byte <= 57 else { return nil }
            sum = sum * 10 + UInt(byte - 48)
        }
        return sum
    }

    /// The table of options, a line each, for `help=1`.
    static func writeHelp(to descriptor: Int32) {
        Option.forEach { option in
            var line = TextBuffer()
            line.append("bulwark: option ")
            line.append(option.name)
            line.append("=0…")
            line.append(decimal: option.maximum)
            line.append(" (default ")
            line.append(decimal: option.defaultValue)
            line.append("): ")
            line.append(option.summary)
            line.append(byte: 10)
            line.write(to: descriptor)
        }
    }
}
