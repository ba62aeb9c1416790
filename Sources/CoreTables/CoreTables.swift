// What the core says of itself, for the command and the manual: the version, the options, the violations. The core's own
// files, by links, compiled as ordinary Swift: nothing is said twice.

import CBulwark

/// A row of the table of options, as `bulwark options` shows it.
public struct OptionEntry: Encodable, Sendable {
    public let name: String
    /// `number`, `toggle`, `choice` or `path`.
    public let kind: String
    /// The range of a number.
    public let least: UInt?
    public let most: UInt?
    /// The names of a choice.
    public let names: [String]?
    /// nil: a path, of which there is none.
    public let defaultValue: String?
    public let summary: String
    /// The flag that a variant must have for it; nil: every variant has it.
    public let needs: String?

    enum CodingKeys: String, CodingKey {
        case name, kind, least, most, names, defaultValue = "default", summary, needs
    }

    init(_ row: OptionRow) {
        var (kind, least, most, names) = ("number", UInt?.none, UInt?.none, [String]?.none)
        var value: String? = String(row.defaultValue)
        switch row.kind {
        case .number(let from, let to): (least, most) = (from, to)
        case .toggle: kind = "toggle"
        case .choice(let list):
            kind = "choice"
            let split = "\(list)".split(separator: "|").map(String.init)
            (names, value) = (split, split[Int(row.defaultValue)])
        case .path: (kind, value) = ("path", nil)
        }
        (self.kind, self.least, self.most, self.names, defaultValue) = (kind, least, most, names, value)
        name = "\(row.name)"
        summary = "\(row.summary)"
        needs = row.needs.map { "\($0.name)" }
    }

    /// What it accepts, in a word.
    public var values: String {
        switch kind {
        case "number": "\(least ?? 0)…\(most ?? 0)"
        case "toggle": "0|1"
        case "choice": (names ?? []).joined(separator: "|")
        default: "PATH"
        }
    }
}

public enum CoreTables {
    public static var version: String { "\(Version.text)" }

    public static var options: [OptionEntry] {
        (0..<Option.count).compactMap { Option(rawValue: $0) }.map { OptionEntry($0.row) }
    }

    /// How reports begin, after `bulwark: `, and what JSON calls the same.
    public static var violations: [(text: String, identifier: String)] {
        (0...UInt8.max).lazy.map { Violation(rawValue: $0) }.prefix { $0 != nil }.compactMap { $0 }
            .map { ("\($0.text)", "\($0.identifier)") }
    }

    /// What the library would warn of in a list of options, line by line.
    /// - Parameter lacking: the flags that the variant is without.
    public static func problems(inOptions text: String, lacking: Set<String> = []) -> [String] {
        var parser = OptionParser(mechanisms(without: lacking))
        var (options, lines) = (Options(), [String]())
        with(text) { parser.parse($0, .environment, into: &options) { lines.append(line($0)) } }
        return lines
    }

    /// What the libraries would warn of in a file of exceptions, whatever the program.
    /// - Returns: the number of the line, and what is wrong with it.
    public static func problems(inExceptions text: String) -> [(line: Int, text: String)] {
        var found: [Int: String] = [:]
        // A line is read for its own program only: so each is asked for once.
        let patterns = text.split(separator: "\n").compactMap { $0.split { " \t\r".contains($0) }.first }
        for pattern in Set(patterns).union(["/"]) {
            let program = pattern.hasSuffix("*") ? pattern.dropLast() : pattern
            var (parser, options) = (OptionParser(mechanisms(without: [])), Options())
            with(text) { text in
                with(String(program)) { program in
                    ExceptionsFile.apply(text, program: program, &parser, to: &options) { warning in
                        // …/exceptions.conf:LINE: TEXT
                        let parts = line(warning).dropFirst("\(ExceptionsFile.path)".count + 1)
                            .split(separator: ":", maxSplits: 1)
                        guard parts.count == 2, let number = Int(parts[0]) else { return }
                        found[number] = String(parts[1].dropFirst())
                    }
                }
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Where the libraries look for exceptions, and from how many bytes on they do not read it.
    public static var exceptionsPath: String { "\(ExceptionsFile.path)" }
    public static var longestExceptions: Int { Int(ExceptionsFile.longestText) }

    private static func mechanisms(without lacking: Set<String>) -> Mechanisms {
        var mechanisms = Mechanisms()
        for row in (0..<Option.count).compactMap({ Option(rawValue: $0)?.row }) {
            guard let mechanism = row.needs, !lacking.contains("\(mechanism.name)") else { continue }
            mechanisms.insert(mechanism)
        }
        return mechanisms
    }

    private static func with(_ text: String, _ body: (OptionText) -> Void) {
        unsafe text.withCString { unsafe body(OptionText(cString: $0)) }
    }

    /// A warning without what all of them begin with.
    private static func line(_ buffer: TextBuffer) -> String {
        var text = ""
        unsafe buffer.withBytes {
            text = unsafe String(decoding: UnsafeRawBufferPointer(start: $0, count: $1), as: UTF8.self)
        }
        return text.hasPrefix("bulwark: ") ? String(text.dropFirst(9)) : text
    }
}
