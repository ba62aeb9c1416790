// Reads BULWARK_OPTIONS and the lines of the exceptions file. A bad part costs one warning line that says what is
// accepted, never the program.

/// Where a list of options comes from.
enum OptionSource {
    case environment
    /// A line of the exceptions file, counted from 1.
    case exceptions(line: UInt)
}

/// Parses lists of options into options; each refused part is passed to `warn` as a ready line.
struct OptionParser {
    /// What the variant has. An option that needs what it lacks is taken, and costs a warning line.
    private let mechanisms: Mechanisms
    /// True if the environment asked for the table of options (`help=1`).
    private(set) var wantsHelp = false

    init(_ mechanisms: Mechanisms) { self.mechanisms = mechanisms }

    /// - Parameter text: `name=value` parts separated by colons; empty parts are allowed.
    mutating func parse(
        _ text: OptionText, _ source: OptionSource, into options: inout Options, warn: (TextBuffer) -> Void
    ) {
        var start = 0
        while start < text.byteCount {
            let end = text.firstIndex(of: 58, from: start)
            if end > start { apply(text.piece(start, end), source, &options, warn) }
            start = end + 1
        }
    }

    private mutating func apply(
        _ part: OptionText, _ source: OptionSource, _ options: inout Options, _ warn: (TextBuffer) -> Void
    ) {
        let equals = part.firstIndex(of: 61)
        let name = part.piece(0, equals)
        let value = part.piece(Swift.min(equals + 1, part.byteCount), part.byteCount)
        if case .environment = source, name == "help" {
            wantsHelp = true
            return
        }
        for index in 0..<Option.count {
            guard let option = Option(rawValue: index), name == option.name else { continue }
            if !take(value, for: option, &options) {
                var line = Self.warning(source, "bad value in option '")
                line.append(part)
                line.append("'; accepted: ")
                line.append(accepted: option)
                warn(line)
            } else if let mechanism = option.row.needs, !mechanisms.contains(mechanism) {
                var line = Self.warning(source, "option '")
                line.append(name)
                line.append("' has no effect: this variant is built without ")
                line.append(mechanism.name)
                warn(line)
            }
            return
        }
        var line = Self.warning(source, "unknown option '")
        line.append(name)
        line.append("'; accepted: help")
        Option.forEach { option in
            line.append(", ")
            line.append(option.name)
        }
        warn(line)
    }

    /// - Returns: false if the option does not accept the value: then nothing has changed.
    private func take(_ value: OptionText, for option: Option, _ options: inout Options) -> Bool {
        switch option.row.kind {
        case .number, .toggle, .choice:
            guard let number = option.row.kind.value(of: value) else { return false }
            options[option] = number
        case .path:
            guard value.byteCount >= 2, value.byteCount <= Options.longestPath, value[0] == 47 else { return false }
            for index in 0..<value.byteCount where value[index] < 32 { return false }
            unsafe value.withBytes { unsafe options.setPath(option, $0, byteCount: $1) }
        }
        return true
    }

    /// The beginning of a warning, which names the line if it is about the exceptions file.
    static func warning(_ source: OptionSource, _ opening: StaticString) -> TextBuffer {
        var line = TextBuffer()
        line.append("bulwark: ")
        if case .exceptions(let number) = source {
            line.append("/etc/bulwark/exceptions.conf:")
            line.append(decimal: number)
            line.append(": ")
        }
        line.append(opening)
        return line
    }
}
