// bulwark report: reports from files and logs, each error once, with functions, files and lines; as text or JSON.

import ArgumentParser
import Foundation

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Shows the reports that files and logs hold, each error once.",
        discussion: """
            Reads what the libraries wrote, as text among the lines of a log or as JSON lines, from files or standard input. \
            Reports that differ in nothing but addresses, threads and processes are one error. The exit status is 0 whatever \
            is found, unless --fail is given.

                journalctl -u server | bulwark report
            """)

    @Argument(help: ArgumentHelp("Reports; none: standard input.", valueName: "file"))
    var files: [String] = []

    @Flag(help: "As JSON.") var json = false
    @Flag(help: "The exit status is 1 if there is a report.") var fail = false
    @OptionGroup var symbolizer: SymbolizerOptions

    func validate() throws {
        for file in files where !FileManager.default.isReadableFile(atPath: file) {
            throw ValidationError("cannot read '\(file)'; accepted: files that exist, or none for standard input")
        }
    }

    func run() throws {
        var (findings, badLines) = ([Finding](), 0)
        let texts =
            files.isEmpty
            ? [FileHandle.standardInput.readDataToEndOfFile()]
            : try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        for text in texts.map({ String(decoding: $0, as: UTF8.self) }) {
            let (objects, others) = Self.separated(text)
            let read = Finding.read(objects)
            findings += read.findings + TextReports.read(others)
            badLines += read.badLines
        }
        let groups = FindingGroup.grouped(findings)
        // Reports are worth reading without lines of source, too.
        let calls = findings.flatMap { $0.stacks.flatMap(\.frames) }.compactMap { ModuleOffset($0) }
        let symbolization = calls.isEmpty ? Symbolization() : try symbolizer.find().symbolize(calls)
        if json {
            try Output.write(json: groups.map { ReportedError($0, symbolization) })
        } else {
            let text = ReportedText(symbolization: symbolization, terminal: Terminal(STDOUT_FILENO))
            Output.write(text.text(groups, reportCount: findings.count))
        }
        if badLines != 0 {
            let lines = badLines == 1 ? "1 line" : "\(badLines) lines"
            throw Failure(description: "\(lines) of JSON cannot be read; the rest is shown")
        }
        if fail, !groups.isEmpty { throw ExitCode(1) }
    }

    /// Lines that are objects, and all others.
    static func separated(_ text: String) -> (objects: String, others: String) {
        var (objects, others) = ("", "")
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("{") { objects += line + "\n" } else { others += line + "\n" }
        }
        return (objects, others)
    }
}

/// An error, for people.
struct ReportedText {
    let symbolization: Symbolization
    let terminal: Terminal

    func text(_ groups: [FindingGroup], reportCount: Int) -> String {
        guard !groups.isEmpty else { return "no reports found\n" }
        let errors = groups.count == 1 ? "1 error" : "\(groups.count) errors"
        let reports = reportCount == 1 ? "1 report" : "\(reportCount) reports"
        return groups.map(text).joined() + "\(errors) in \(reports)\n"
    }

    private func text(_ group: FindingGroup) -> String {
        let finding = group.finding
        var text = terminal.styled(finding.message, .red) + "\n"
        var facts: [String] = []
        if !finding.program.isEmpty { facts.append("in \(finding.program), process \(finding.process)") }
        if group.count > 1 { facts.append("\(group.count) times") }
        if !facts.isEmpty { text += "  \(facts.joined(separator: "; "))\n" }
        for stack in finding.stacks where !stack.frames.isEmpty {
            text += terminal.styled("  \(stack.title) here:", .bold) + "\n"
            for (number, frame) in stack.frames.enumerated() {
                text += "    #\(number) \(describe(frame))\n"
                for outer in symbolization[frame].dropFirst() { text += "       inlined into \(outer.text)\n" }
            }
        }
        return text + "\n"
    }

    private func describe(_ frame: Finding.Frame) -> String {
        let module = terminal.styled(
            frame.module.map { "(\($0)+\(frame.offset ?? "?"))" } ?? "(unknown module)", .faint)
        if let location = symbolization[frame].first { return "\(location.text) \(module)" }
        return [frame.symbol, module].compactMap { $0 }.joined(separator: " ")
    }
}

/// An error, for programs.
struct ReportedError: Encodable {
    struct Frame: Encodable {
        let address: String
        let module: String?
        let offset: String?
        let function: String?
        let file: String?
        let line: Int?
    }
    struct Stack: Encodable {
        let title: String
        let frames: [Frame]
    }

    let violation: String
    let message: String
    let count: Int
    /// What text does not tell is left out.
    let program: String?
    let processes: [Int]?
    let stacks: [Stack]

    init(_ group: FindingGroup, _ symbolization: Symbolization) {
        let finding = group.finding
        (violation, message, count) = (finding.violation, finding.message, group.count)
        program = finding.program.isEmpty ? nil : finding.program
        processes = finding.program.isEmpty ? nil : group.processes.sorted()
        stacks = finding.stacks.filter { !$0.frames.isEmpty }.map { stack in
            Stack(
                title: stack.title,
                frames: stack.frames.map { frame in
                    let location = symbolization[frame].first
                    return Frame(
                        address: frame.address, module: frame.module, offset: frame.offset,
                        function: location?.function ?? frame.symbol, file: location?.file, line: location?.line)
                })
        }
    }
}
