// The proof that a program ran on the allocator it should have: the loader's own record (LD_DEBUG=bindings) of which
// library each call to malloc was bound to. That a library is mapped would not be enough: redis-server is linked to
// jemalloc whatever else is preloaded.

import Foundation

/// A call that the loader bound: which file it is made from, and which file's function it reaches.
struct Binding: Hashable {
    let source: String
    let target: String
}

enum Bindings {
    /// Reads the loader's files `bindings.PID` in a folder; throws a Failure unless every malloc was the library's.
    static func check(in folder: URL, program: String, library: String) throws {
        let texts = try files(in: folder).map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        let found = Set(texts.flatMap { bindings(of: "malloc", in: $0) })
        if let fault = fault(found, program: program, library: library) { throw Failure(description: fault) }
    }

    static func remove(in folder: URL) {
        for file in (try? files(in: folder)) ?? [] { try? FileManager.default.removeItem(at: file) }
    }

    /// How a symbol was bound, from lines like
    /// "12: binding file redis-server [0] to /usr/lib/libjemalloc.so.2 [0]: normal symbol `malloc' [GLIBC_2.2.5]".
    ///
    /// The loader writes what follows the symbol apart, so that a line may hold what several threads wrote.
    static func bindings(of symbol: String, in text: String) -> Set<Binding> {
        var found: Set<Binding> = []
        for record in text.split(separator: "binding file ") where record.contains("symbol `\(symbol)'") {
            guard let to = record.range(of: " [0] to "),
                let end = record.range(of: " [0]: ", range: to.upperBound..<record.endIndex)
            else { continue }
            found.insert(
                Binding(
                    source: String(record[..<to.lowerBound]),
                    target: String(record[to.upperBound..<end.lowerBound])))
        }
        return found
    }

    /// What is wrong with a set of bindings; nil if all calls reach the library.
    static func fault(_ bindings: Set<Binding>, program: String, library: String) -> String? {
        if bindings.isEmpty { return "\(library) was not loaded: no call to malloc was bound" }
        var good: Set = [library]
        // A program at a fixed address (Debian's python3) lends its own stub to others: their calls go where its do.
        if bindings.contains(Binding(source: program, target: library)) { good.insert(program) }
        let others = Set(bindings.map(\.target)).subtracting(good).sorted()
        return others.isEmpty
            ? nil : "malloc was bound to \(others.joined(separator: ", ")) instead of \(library)"
    }

    private static func files(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("bindings.") }
    }
}
