// The table of options as text: `help=1`, from which scripts/options makes README's section, and what a warning says
// is accepted.

extension TextBuffer {
    /// What an option accepts, for people.
    mutating func append(accepted option: Option) {
        switch option.row.kind {
        case .number(let least, let most):
            append("a number from ")
            append(decimal: least)
            append(" to ")
            append(decimal: most)
        case .toggle: append("0 or 1")
        case .choice(let names): append(names)
        case .path:
            append("an absolute path of at most ")
            append(decimal: Options.longestPath)
            append(" bytes")
        }
    }
}

enum OptionHelp {
    /// Writes a line for each option: `bulwark: option NAME=VALUES (default VALUE): SUMMARY [FLAG]`.
    static func write(to descriptor: Int32) {
        Option.forEach { option in
            var text = line(option)
            text.append(byte: 10)
            text.write(to: descriptor)
        }
    }

    static func line(_ option: Option) -> TextBuffer {
        let row = option.row
        var text = TextBuffer()
        text.append("bulwark: option ")
        text.append(row.name)
        text.append("=")
        appendValues(row, to: &text)
        text.append(" (default ")
        appendDefault(row, to: &text)
        text.append("): ")
        text.append(row.summary)
        if let mechanism = row.needs {
            text.append(" [")
            text.append(mechanism.name)
            text.append("]")
        }
        return text
    }

    private static func appendValues(_ row: OptionRow, to text: inout TextBuffer) {
        switch row.kind {
        case .number(let least, let most):
            text.append(decimal: least)
            text.append("…")
            text.append(decimal: most)
        case .toggle: text.append("0|1")
        case .choice(let names): text.append(names)
        case .path: text.append("PATH")
        }
    }

    private static func appendDefault(_ row: OptionRow, to text: inout TextBuffer) {
        switch row.kind {
        case .number, .toggle: text.append(decimal: row.defaultValue)
        case .choice(let names): text.append(name: row.defaultValue, of: names)
        case .path: text.append("none")
        }
    }
}

extension TextOutput {
    /// The name at a position among names with bars between them.
    mutating func append(name position: UInt, of names: StaticString) {
        var bars: UInt = 0
        for index in 0..<names.utf8CodeUnitCount {
            let byte = names.byte(at: index)
            if byte == 124 { bars += 1 } else if bars == position { append(byte: byte) }
        }
    }
}
