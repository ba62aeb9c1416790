// bulwark check: runs a program under the debug library, and says what was found, to people and to machines.

import ArgumentParser
import Foundation

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Runs a program and reports its memory errors.",
        discussion: """
            Runs PROGRAM with the debug library preloaded, and all that it starts. When it has ended, the memory errors and \
            leaks of all these processes are written to standard error, with functions, files and lines, each once; and \
            as SARIF 2.1.0 or JUnit XML if asked for.

            The exit status is the program's own (128 and the signal's number if one ended it) if nothing was found, else \
            what --exit-status says. A program that cannot be checked, because it is linked statically, say, is not run.

                bulwark check --sarif errors.sarif -- make check
            """)

    @Option(help: ArgumentHelp("debug, which finds more, or secure, which is faster.", valueName: "name"))
    var variant: CheckVariant = .debug

    @Option(
        help: ArgumentHelp("The library to preload. (default: the variant's, beside this tool)", valueName: "file"))
    var library: String?

    @Option(help: ArgumentHelp("Write the errors as SARIF 2.1.0.", valueName: "file"))
    var sarif: String?

    @Option(help: ArgumentHelp("Write the errors as JUnit XML: a failed test each.", valueName: "file"))
    var junit: String?

    @Option(
        help: ArgumentHelp("Write the library's reports as JSON lines, with source lines.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp("Files below it are the program's own; SARIF names them from there.", valueName: "folder"))
    var root: String = FileManager.default.currentDirectoryPath

    @Option(help: ArgumentHelp("Options for the library: name=value:name=value.", valueName: "list"))
    var options: String?

    @Option(help: ArgumentHelp("The status if errors were found, 1 to 255.", valueName: "number"))
    var exitStatus: Int32 = 1

    @Flag(help: "Go on after an error, and find more.")
    var goOn = false

    @Flag(inversion: .prefixedNo, help: "Search for leaks at the end of each process (variant debug).")
    var leaks = true

    @Flag(help: "Let the library write its own reports to standard error too, at once.")
    var live = false

    @OptionGroup var symbolizer: SymbolizerOptions

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("The program and its arguments.", valueName: "program"))
    var command: [String] = []

    func validate() throws {
        guard (1...255).contains(exitStatus) else {
            throw ValidationError("--exit-status \(exitStatus): accepted are 1 to 255")
        }
        if let first = command.first, first.hasPrefix("-"), first != "--" {
            throw ValidationError("unknown option '\(first)'; what follows -- is the program")
        }
    }

    func run() throws {
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        guard let name = words.first else {
            throw ValidationError("no program given; accepted: -- PROGRAM [ARGUMENT...]")
        }
        guard let program = Tool.find(name) else {
            throw ValidationError("no program '\(name)'; accepted: a path, or a command found in PATH")
        }
        if let obstacle = Preloading.obstacle(program) {
            throw Failure(description: "\(obstacle): no library can be preloaded into it; not run")
        }
        let tool = try symbolizer.find()
        for path in [sarif, junit, json].compactMap({ $0 }) { try Self.write("", to: path) }
        let reports = try ReportFolder()
        defer { reports.remove() }

        let start = Date()
        let end = try Child.run(program, words, environment: try environment(reports))
        let seconds = Date().timeIntervalSince(start)
        var contents = try reports.read()
        let groups = FindingGroup.grouped(contents.findings)
        let calls = contents.findings.flatMap { $0.stacks.flatMap(\.frames) }.compactMap { ModuleOffset($0) }
        var symbolization = Symbolization()
        do {
            symbolization = try tool.symbolize(calls)
        } catch {
            contents.notes.append("no source lines: \(error)")
        }
        var text = TextSummary(groups: groups, symbolization: symbolization).text
        for note in Set(contents.notes).sorted() { text += "bulwark check: \(note)\n" }
        FileHandle.standardError.write(Data(text.utf8))

        let run = CheckRun(
            words: words, end: end, seconds: seconds, start: start, groups: groups, symbolization: symbolization,
            root: URL(fileURLWithPath: root).standardizedFileURL.path)
        try write(run, contents)
        throw ExitCode(groups.isEmpty && !contents.isIncomplete ? end.status : exitStatus)
    }

    /// The program's environment: ours, and what makes the library write its reports where we read them.
    private func environment(_ reports: ReportFolder) throws -> [String: String] {
        let path = library ?? Library.find(variant.rawValue)
        guard let path, FileManager.default.isReadableFile(atPath: path) else {
            throw ValidationError(
                library.map { "cannot read the library '\($0)'" }
                    ?? "no \(Library.name(variant.rawValue)) in ../lib beside this tool; say where with --library FILE"
            )
        }
        var environment = ProcessInfo.processInfo.environment
        let absolute = try reports.preloadable(URL(fileURLWithPath: path).standardizedFileURL.path)
        environment["LD_PRELOAD"] = [absolute, environment["LD_PRELOAD"] ?? ""].filter { !$0.isEmpty }
            .joined(separator: ":")
        var parts = [environment["BULWARK_OPTIONS"] ?? "", "json_file=\(reports.pattern)"]
        if !live { parts.append("report_fd=0") }
        if goOn { parts.append("on_violation=report") }
        // Secure has neither, and would say so.
        if variant == .debug {
            if !leaks { parts.append("leak_report=0") }
            // The processes' own statuses: a make that is checked goes on, too.
            if goOn { parts.append("violation_status=0") }
        }
        parts.append(options ?? "")
        environment["BULWARK_OPTIONS"] = parts.filter { !$0.isEmpty }.joined(separator: ":")
        return environment
    }

    private func write(_ run: CheckRun, _ contents: ReportFolder.Contents) throws {
        if let sarif { try Self.write(try SARIFLog(run).text, to: sarif) }
        if let junit { try Self.write(JUnitReport(run).text, to: junit) }
        if let json {
            let lines = contents.lines.map { ReportLine($0).text(run.symbolization) + "\n" }
            try Self.write(lines.joined(), to: json)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Failure(description: "cannot write '\(path)'; accepted: a file in a folder that exists")
        }
    }
}

/// The variants that report.
enum CheckVariant: String, ExpressibleByArgument, CaseIterable {
    case debug, secure
}
