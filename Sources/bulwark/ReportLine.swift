// A line of a report, and the same line with what a symbolizer knows of its frames.

import Foundation

struct ReportLine {
    private enum Content {
        /// `  #0 0x… (/module+0x…) [function+0x…]`: what stands before the module, the module and its offset.
        case frame(opening: String, place: String, call: ModuleOffset)
        /// A report in JSON.
        case object([String: Any])
        case other
    }

    private let original: String
    private let content: Content

    init(_ line: some StringProtocol) {
        original = String(line)
        if line.hasPrefix("{"),
            let object = try? JSONSerialization.jsonObject(with: UnicodeBytes.restored(original)) as? [String: Any]
        {
            content = .object(object)
            return
        }
        let pattern =
            /(?<opening> *#[0-9]+ 0x[0-9a-f]+) (?<place>\((?<module>.+)\+0x(?<offset>[0-9a-f]+)\))(?: \[.*\])?/
        if let match = original.wholeMatch(of: pattern),
            let call = ModuleOffset(module: String(match.module), returnOffset: match.offset)
        {
            content = .frame(opening: String(match.opening), place: String(match.place), call: call)
        } else {
            content = .other
        }
    }

    /// The calls that a symbolizer should be asked about.
    var calls: [ModuleOffset] {
        switch content {
        case .frame(_, _, let call): [call]
        case .object(let object): Self.frames(in: object).compactMap(Self.call)
        case .other: []
        }
    }

    /// The line with what is known now; as it was, where nothing is.
    func text(_ symbolization: Symbolization) -> String {
        switch content {
        case .frame(let opening, let place, let call):
            let locations = symbolization[call]
            guard let innermost = locations.first else { return original }
            var text = "\(opening) in \(innermost.text) \(place)"
            for outer in locations.dropFirst() { text += "\n     inlined into \(outer.text)" }
            return text
        case .object(let object):
            let symbolized = Self.symbolize(object, symbolization)
            let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? JSONSerialization.data(withJSONObject: symbolized, options: options) else {
                return original
            }
            return String(decoding: data, as: UTF8.self)
        case .other: return original
        }
    }

    // MARK: JSON

    /// The frames of an object: its own, and those of the objects in it.
    private static func frames(in object: [String: Any]) -> [[String: Any]] {
        let own = object["frames"] as? [[String: Any]] ?? []
        return own + object.values.compactMap { $0 as? [String: Any] }.flatMap(frames)
    }

    private static func call(_ frame: [String: Any]) -> ModuleOffset? {
        guard let module = frame["module"] as? String, let offset = frame["offset"] as? String else { return nil }
        return ModuleOffset(module: module, returnOffset: offset)
    }

    private static func symbolize(_ object: [String: Any], _ symbolization: Symbolization) -> [String: Any] {
        var result = object.mapValues { value in
            (value as? [String: Any]).map { symbolize($0, symbolization) } ?? value
        }
        if let frames = object["frames"] as? [[String: Any]] {
            result["frames"] = frames.map { frame in
                guard let call = call(frame), let innermost = symbolization[call].first else { return frame }
                var frame = frame.merging(fields(innermost)) { _, new in new }
                let outer = symbolization[call].dropFirst()
                if !outer.isEmpty { frame["inlined_into"] = outer.map(fields) }
                return frame
            }
        }
        return result
    }

    private static func fields(_ location: SourceLocation) -> [String: Any] {
        var fields: [String: Any] = [:]
        fields["function"] = location.function
        fields["file"] = location.file
        fields["line"] = location.line
        fields["column"] = location.column
        return fields
    }
}
