// bulwark symbolize: a report again, with functions, files and lines.

import ArgumentParser
import Foundation

struct SymbolizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbolize",
        abstract: "Adds functions, files and lines to reports.",
        discussion: """
            Reads reports as text or as JSON lines, from files or standard input, and writes them to standard output: \
            each frame of a module with debug information gets its function, file and line, and the functions that it \
            was inlined into. All other lines stay as they are. The modules must be those that ran.
            """)

    @Argument(help: ArgumentHelp("Reports; none: standard input.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var symbolizer: SymbolizerOptions

    func validate() throws {
        for file in files where !FileManager.default.isReadableFile(atPath: file) {
            throw ValidationError("cannot read '\(file)'; accepted: files that exist, or none for standard input")
        }
    }

    func run() throws {
        let tool = try symbolizer.find()
        if files.isEmpty {
            try write(FileHandle.standardInput.readDataToEndOfFile(), tool)
        } else {
            for file in files { try write(try Data(contentsOf: URL(fileURLWithPath: file)), tool) }
        }
    }

    private func write(_ data: Data, _ tool: Symbolizer) throws {
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { ReportLine($0) }
        let symbolization = try tool.symbolize(lines.flatMap(\.calls))
        let text = lines.map { $0.text(symbolization) }.joined(separator: "\n")
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// Which symbolizer is asked.
struct SymbolizerOptions: ParsableArguments {
    @Option(
        name: .customLong("symbolizer"),
        help: ArgumentHelp(
            "llvm-symbolizer or addr2line, or the path of one; auto: the first of them that there is.",
            valueName: "program"))
    var choice = "auto"

    /// - Throws: ValidationError if there is none.
    func find() throws -> Symbolizer {
        if let found = Symbolizer.find(choice) { return found }
        throw ValidationError(
            choice == "auto"
                ? "neither llvm-symbolizer nor addr2line is in PATH (Debian: llvm, binutils)"
                : "no symbolizer '\(choice)'; accepted: auto, llvm-symbolizer, addr2line, or the path of one")
    }
}
