// Which library, with which options: what `run`, `stats` and `options` take alike.

import ArgumentParser
import CoreTables
import Foundation

struct LibraryChoice: ParsableArguments {
    @Option(help: ArgumentHelp("release, secure or debug.", valueName: "name"))
    var variant = "secure"

    @Option(
        help: ArgumentHelp("The library to preload. (default: the variant's, beside this tool)", valueName: "file"))
    var library: String?

    /// - Returns: an absolute path, as LD_PRELOAD can say it.
    func find() throws -> String {
        guard let path = library ?? Library.find(variant), FileManager.default.isReadableFile(atPath: path) else {
            if let library { throw ValidationError("cannot read the library '\(library)'; accepted: a path") }
            throw ValidationError(
                "no \(Library.name(variant)) in ../lib beside this tool; accepted: --variant release, secure or debug, or "
                    + "--library FILE")
        }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        guard !absolute.contains(where: { ": \t".contains($0) }) else {
            throw ValidationError(
                "LD_PRELOAD cannot say the path '\(absolute)'; accepted: one without colons and blanks")
        }
        return absolute
    }
}

extension Library {
    /// Of the flags that options need, those that a library is built without: asked of the library itself.
    /// - Throws: Failure if it cannot be loaded.
    static func lackedFlags(_ path: String) throws -> Set<String> {
        let options = CoreTables.options.filter { $0.needs != nil }
        // Each at a value that is accepted.
        let list = options.map { "\($0.name)=\($0.defaultValue ?? "/dev/null")" }.joined(separator: ":")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/true")
        process.environment = ["LD_PRELOAD": path, "BULWARK_OPTIONS": "report_fd=0:" + list]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, !text.contains("cannot be preloaded") else {
            throw Failure(description: "\(path) cannot be preloaded; accepted: one of Bulwark's libraries, whole")
        }
        let lines = text.split(separator: "\n")
        return Set(
            options.compactMap { option in
                lines.contains { $0.contains("'\(option.name)' has no effect") } ? option.needs : nil
            })
    }
}

extension [String] {
    /// The program and its arguments, after the `--` that may stand before them.
    func programWords() throws -> [String] {
        if let first, first.hasPrefix("-"), first != "--" {
            throw ValidationError("unknown option '\(first)'; what follows -- is the program")
        }
        let words = first == "--" ? Array(dropFirst()) : self
        guard !words.isEmpty else {
            throw ValidationError("no program given; accepted: -- PROGRAM [ARGUMENT...]")
        }
        return words
    }
}
