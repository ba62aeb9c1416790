// bulwark run: becomes a program, with a library preloaded into it.

import ArgumentParser
import CommandEntry
import CoreTables
import Foundation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a program under one of the libraries.",
        discussion: """
            Sets LD_PRELOAD and BULWARK_OPTIONS, behind what they hold already, and becomes PROGRAM: its process, its files and its \
            exit status are its own. All that it starts runs under the library too. Options are read before the program is \
            started: what the library would warn of is refused. A program that nothing can be preloaded into is not run.

                bulwark run --variant secure --options sample_rate=500 -- ./server
            """)

    @OptionGroup var choice: LibraryChoice

    @Option(help: ArgumentHelp("Options for the library: name=value:name=value.", valueName: "list"))
    var options: String?

    @Option(
        help: ArgumentHelp("Append reports to this file too; %p is the process's id.", valueName: "file"))
    var report: String?

    @Option(
        help: ArgumentHelp("Append reports to this file as JSON lines; %p as above.", valueName: "file"))
    var json: String?

    @Flag(help: "Go on after a violation's report.")
    var goOn = false

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("The program and its arguments.", valueName: "program"))
    var command: [String] = []

    func run() throws {
        let words = try command.programWords()
        guard let program = Tool.find(words[0]) else {
            throw ValidationError("no program '\(words[0])'; accepted: a path, or a command found in PATH")
        }
        if let obstacle = Preloading.obstacle(program) {
            throw Failure(description: "\(obstacle): no library can be preloaded into it; not run")
        }
        let path = try choice.find()
        let list = try self.list()
        let lacked = list.isEmpty ? [] : try Library.lackedFlags(path)
        if let problem = CoreTables.problems(inOptions: list, lacking: lacked).first {
            throw ValidationError(problem)
        }
        var environment = ProcessInfo.processInfo.environment
        environment["LD_PRELOAD"] = Self.joined(path, environment["LD_PRELOAD"])
        if !list.isEmpty { environment["BULWARK_OPTIONS"] = Self.joined(environment["BULWARK_OPTIONS"], list) }
        try System.become(program, words, environment)
    }

    /// The options that the command line says.
    private func list() throws -> String {
        var parts: [String] = []
        if goOn { parts.append("on_violation=report") }
        for (name, file) in [("report_file", report), ("json_file", json)] {
            guard let file else { continue }
            let absolute = URL(fileURLWithPath: file).standardizedFileURL.path
            guard !absolute.contains(":") else {
                throw ValidationError("'\(absolute)' has a colon; accepted: a path without one, as options are lists")
            }
            parts.append("\(name)=\(absolute)")
        }
        if let options { parts.append(options) }
        return parts.joined(separator: ":")
    }

    private static func joined(_ parts: String?...) -> String {
        parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ":")
    }
}
