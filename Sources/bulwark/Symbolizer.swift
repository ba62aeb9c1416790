// Who knows the source: llvm-symbolizer or addr2line, one run for each module.

import Foundation

/// A program that tells where offsets of a module's file are in the source.
enum Symbolizer: Equatable {
    case llvm(path: String)
    case addr2line(path: String)

    /// - Parameter choice: `auto`, or a program's name or path.
    /// - Returns: nil if there is no such program, or if its name tells that it is neither of the two.
    static func find(_ choice: String) -> Symbolizer? {
        if choice == "auto" { return find("llvm-symbolizer") ?? find("addr2line") }
        guard let path = Tool.find(choice) else { return nil }
        let name = URL(fileURLWithPath: path).lastPathComponent
        if name.hasPrefix("llvm-symbolizer") { return .llvm(path: path) }
        if name.contains("addr2line") { return .addr2line(path: path) }
        return nil
    }

    /// Looks calls up. What nobody knows is left out.
    func symbolize(_ calls: some Sequence<ModuleOffset>) throws -> Symbolization {
        var byModule: [String: Set<UInt64>] = [:]
        for call in calls { byModule[call.module, default: []].insert(call.offset) }
        var found: [ModuleOffset: [SourceLocation]] = [:]
        for (module, offsets) in byModule where FileManager.default.isReadableFile(atPath: module) {
            let sorted = offsets.sorted()
            for (offset, locations) in try look(up: sorted, in: module) where !locations.isEmpty {
                found[ModuleOffset(module: module, offset: offset)] = locations
            }
        }
        return Symbolization(found)
    }

    private func look(up offsets: [UInt64], in module: String) throws -> [UInt64: [SourceLocation]] {
        let input = offsets.map { "0x\(String($0, radix: 16))\n" }.joined()
        switch self {
        case .llvm(let path):
            return Self.read(llvm: try Tool.run(path, ["--output-style=JSON", "--obj=\(module)"], input: input))
        case .addr2line(let path):
            return Self.read(
                addr2line: try Tool.run(path, ["-a", "-i", "-f", "-C", "-e", module], input: input))
        }
    }

    // MARK: what they write

    private struct LLVMAnswer: Decodable {
        struct Symbol: Decodable {
            let functionName: String
            let fileName: String
            let line: Int
            let column: Int

            enum CodingKeys: String, CodingKey {
                case functionName = "FunctionName"
                case fileName = "FileName"
                case line = "Line"
                case column = "Column"
            }
        }
        let address: String?
        let symbols: [Symbol]?

        enum CodingKeys: String, CodingKey {
            case address = "Address"
            case symbols = "Symbol"
        }
    }

    /// An object a line; what is not known is empty or 0.
    static func read(llvm text: String) -> [UInt64: [SourceLocation]] {
        var found: [UInt64: [SourceLocation]] = [:]
        for line in text.split(separator: "\n") {
            guard let answer = try? JSONDecoder().decode(LLVMAnswer.self, from: Data(line.utf8)),
                let address = answer.address, let offset = UInt64(address.dropFirst(2), radix: 16)
            else { continue }
            let locations = (answer.symbols ?? []).map {
                SourceLocation(
                    function: known($0.functionName), file: file($0.fileName), line: known($0.line),
                    column: known($0.column))
            }
            found[offset] = locations.filter { $0.function != nil || $0.file != nil }
        }
        return found
    }

    /// A line `0x…` for each offset, then two lines for each function: its name, and `file:line`, perhaps with a
    /// discriminator in parentheses. What is not known is `??` or `?`.
    static func read(addr2line text: String) -> [UInt64: [SourceLocation]] {
        var found: [UInt64: [SourceLocation]] = [:]
        var offset: UInt64?
        var function: String?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("0x"), function == nil, let number = UInt64(line.dropFirst(2), radix: 16) {
                offset = number
                found[number] = []
            } else if function == nil {
                function = String(line)
            } else if let place = line.wholeMatch(of: /(.*):([0-9?]+)( \(discriminator [0-9]+\))?/), let at = offset {
                let location = SourceLocation(
                    function: known(function ?? "??"), file: file(String(place.1)),
                    line: known(Int(place.2) ?? 0))
                if location.function != nil || location.file != nil { found[at, default: []].append(location) }
                function = nil
            } else {
                function = nil
            }
        }
        return found
    }

    /// A path without `..`, as out-of-source builds leave it.
    private static func file(_ path: String) -> String? {
        guard let path = known(path) else { return nil }
        return path.hasPrefix("/") ? URL(fileURLWithPath: path).standardizedFileURL.path : path
    }
    private static func known(_ text: String) -> String? { text.isEmpty || text == "??" ? nil : text }
    private static func known(_ number: Int) -> Int? { number == 0 ? nil : number }
}
