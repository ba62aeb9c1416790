// bulwark stats: what is in use, of a process that runs or of a program that is run for it.

import ArgumentParser
import Foundation

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Says what a process takes, or what a program has in use at its end.",
        discussion: """
            With PID: which library the process runs under, its memory and its mappings, from /proc; it is not stopped. With \
            -- PROGRAM: runs it under the debug library, which writes a table of blocks by size when a process ends \
            (option statistics=1). A running process writes its own numbers when it calls malloc_stats.
            """)

    @Flag(help: "As JSON; with -- PROGRAM the library's lines, on standard error.") var json = false

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A process's id, or -- and a program and its arguments.", valueName: "pid"))
    var command: [String] = []

    func run() throws {
        if command.first == "--" { return try runProgram(command) }
        var words = command
        let asksForJSON = json || words.contains("--json")
        words.removeAll { $0 == "--json" }
        guard words.count == 1, let process = words.first.flatMap(Int.init), process > 0 else {
            throw ValidationError("no process given; accepted: PID [--json], or -- PROGRAM [ARGUMENT...]")
        }
        let facts = try ProcessFacts(process)
        if asksForJSON { return try Output.write(json: facts) }
        Output.write(Self.text(facts))
    }

    private func runProgram(_ command: [String]) throws {
        let run = try RunCommand.parse(["--variant", "debug", "--options", statistics] + command)
        try run.run()
    }

    private var statistics: String {
        "statistics=1:leak_report=0" + (json ? ":json_fd=2:report_fd=0" : "")
    }

    static func text(_ facts: ProcessFacts) -> String {
        func megabytes(_ bytes: Int) -> String { String(format: "%.1f MiB", Double(bytes) / 1_048_576) }
        let limit = facts.mostMappings.map { " of at most \($0)" } ?? ""
        return """
            process    \(facts.process), \(facts.program), \(facts.threads == 1 ? "1 thread" : "\(facts.threads) threads")
            library    \(facts.variant): \(facts.library)
            options    \(facts.options ?? "none in its environment")
            resident   \(megabytes(facts.resident)), of it no file's: \(megabytes(facts.anonymous)); swapped: \
            \(megabytes(facts.swapped))
            reserved   \(megabytes(facts.virtual)) of address space
            mappings   \(facts.mappings)\(limit); without access: \(facts.inaccessibleMappings)

            """
    }
}
