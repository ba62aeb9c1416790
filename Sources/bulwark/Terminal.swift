// Colour, where a person looks at a terminal, and nowhere else.

import Foundation

/// A stream that may be a terminal.
struct Terminal {
    let isColoured: Bool

    init(isColoured: Bool) { self.isColoured = isColoured }

    /// - Parameter descriptor: that text is written to. NO_COLOR and TERM=dumb mean what they mean elsewhere.
    init(_ descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        isColoured =
            isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// An SGR parameter, by its meaning.
    enum Style: Int {
        case bold = 1
        case faint = 2
        case red = 31
        case green = 32
        case yellow = 33
    }

    func styled(_ text: some StringProtocol, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : String(text)
    }
}

/// What a command says on standard output.
enum Output {
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    static func write(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
