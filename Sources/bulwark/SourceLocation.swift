// Where a call is in the source, as a symbolizer tells it.

/// A function, and a place in it. What is not known is nil; line and column count from 1.
struct SourceLocation: Hashable {
    var function: String?
    var file: String?
    var line: Int?
    var column: Int?

    /// `path:line:column`, as compilers write it; nil where no file is known.
    var place: String? {
        guard let file else { return nil }
        var place = file
        if let line {
            place += ":\(line)"
            if let column { place += ":\(column)" }
        }
        return place
    }

    /// `function path:line:column`.
    var text: String { [function, place].compactMap { $0 }.joined(separator: " ") }
}

/// A call in a module's file.
struct ModuleOffset: Hashable {
    let module: String
    /// Of a byte of the call: one less than the return address's.
    let offset: UInt64
}

/// What was found out of calls: the innermost function first, then those that it was inlined into.
struct Symbolization {
    private(set) var locations: [ModuleOffset: [SourceLocation]] = [:]

    init(_ locations: [ModuleOffset: [SourceLocation]] = [:]) { self.locations = locations }

    subscript(frame: Finding.Frame) -> [SourceLocation] {
        guard let call = ModuleOffset(frame) else { return [] }
        return locations[call] ?? []
    }

    subscript(call: ModuleOffset) -> [SourceLocation] { locations[call] ?? [] }
}

extension ModuleOffset {
    /// - Returns: nil if no module is known.
    init?(_ frame: Finding.Frame) {
        guard let module = frame.module, let offset = frame.offset else { return nil }
        self.init(module: module, returnOffset: offset)
    }

    /// - Parameter returnOffset: the return address's, in hexadecimal digits with or without `0x` before them.
    init?(module: String, returnOffset: some StringProtocol) {
        let digits = returnOffset.hasPrefix("0x") ? returnOffset.dropFirst(2) : returnOffset[...]
        guard let offset = UInt64(digits, radix: 16), offset != 0 else { return nil }
        self.init(module: module, offset: offset - 1)
    }
}
