// The administrator's file of exceptions: options for single programs, which hold under AT_SECURE too.
//
//     # comment
//     PROGRAM-PATH name=value:name=value
//
// A path that ends in `*` stands for all that begin like it. What counts is where the program lies (/proc/self/exe),
// not what it was called; for a script, the interpreter.

enum ExceptionsFile {
    static var path: StaticString { "/etc/bulwark/exceptions.conf" }
    /// A longer file is not read at all.
    static var longestText: UInt { 65_536 }

    /// Applies the lines for a program, the last one last. A bad line costs one warning line: one for this program, or
    /// one of which nobody can say whom it is for.
    static func apply(
        _ text: OptionText, program: OptionText, _ parser: inout OptionParser, to options: inout Options,
        warn: (TextBuffer) -> Void
    ) {
        var (start, number): (Int, UInt) = (0, 0)
        while start < text.byteCount {
            let end = text.firstIndex(of: 10, from: start)
            let line = text.piece(start, end).trimmed
            (start, number) = (end + 1, number + 1)
            if line.byteCount == 0 || line[0] == 35 { continue }
            let pathEnd = line.firstBlank
            let (pattern, list) = (line.piece(0, pathEnd), line.piece(pathEnd, line.byteCount).trimmed)
            guard pattern[0] == 47, list.byteCount != 0 else {
                warn(OptionParser.warning(.exceptions(line: number), "accepted: PROGRAM-PATH name=value:name=value"))
                continue
            }
            guard matches(pattern, program) else { continue }
            var isFirst = true
            parser.parse(list, .exceptions(line: number), into: &options) { warning in
                if isFirst { warn(warning) }
                isFirst = false
            }
        }
    }

    private static func matches(_ pattern: OptionText, _ program: OptionText) -> Bool {
        let isPrefix = pattern[pattern.byteCount - 1] == 42
        let count = isPrefix ? pattern.byteCount - 1 : pattern.byteCount
        guard program.byteCount >= count, isPrefix || program.byteCount == count else { return false }
        for index in 0..<count where pattern[index] != program[index] { return false }
        return true
    }
}

extension OptionText {
    /// Space, tab, or the carriage return of a file from elsewhere.
    private func isBlank(_ index: Int) -> Bool { self[index] == 32 || self[index] == 9 || self[index] == 13 }

    /// The text without blanks at its ends.
    fileprivate var trimmed: OptionText {
        var (start, end) = (0, byteCount)
        while start < end && isBlank(start) { start += 1 }
        while end > start && isBlank(end - 1) { end -= 1 }
        return piece(start, end)
    }

    /// Where the first blank is; the text's end if there is none.
    fileprivate var firstBlank: Int {
        var index = 0
        while index < byteCount && !isBlank(index) { index += 1 }
        return index
    }
}
