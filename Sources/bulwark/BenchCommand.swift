// bulwark bench: starts the benchmarks of a source tree.

import ArgumentParser
import CommandEntry
import Foundation

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Compares the libraries with other allocators, from a source tree.",
        discussion: """
            Starts scripts/bench of the source tree that this tool was built in, or of the one that --source names, with \
            all other arguments; 'bulwark bench -- --help' says which there are. The benchmarks build their workloads, so \
            they need the sources and a Swift toolchain; packages do not bring them.
            """)

    @Option(help: ArgumentHelp("A source tree of Bulwark.", valueName: "folder")) var source: String?

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("Arguments of scripts/bench.", valueName: "argument"))
    var arguments: [String] = []

    func run() throws {
        guard let script = find() else {
            if let source {
                throw ValidationError("no scripts/bench in '\(source)'; accepted: a source tree of Bulwark")
            }
            throw Failure(
                description:
                    "no source tree around this tool; get Bulwark's sources, then: bulwark bench --source FOLDER")
        }
        let words = [script] + (arguments.first == "--" ? Array(arguments.dropFirst()) : arguments)
        try System.become(script, words, ProcessInfo.processInfo.environment)
    }

    private func find() -> String? {
        let files = FileManager.default
        if let source { return Self.script(in: URL(fileURLWithPath: source)) }
        guard let tool = try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        // dist/bin/bulwark, or .build/…/release/bulwark.
        var folder = URL(fileURLWithPath: tool).deletingLastPathComponent()
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            if let found = Self.script(in: folder) { return found }
        }
        return nil
    }

    private static func script(in folder: URL) -> String? {
        let files = FileManager.default
        let script = folder.appendingPathComponent("scripts/bench").path
        let isOurs = files.fileExists(atPath: folder.appendingPathComponent("Sources/CBulwark/bulwark.h").path)
        return isOurs && files.isExecutableFile(atPath: script) ? script : nil
    }
}
