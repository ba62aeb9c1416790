// bulwark options: the libraries' own table of run-time options, and what they would say of a list or a file.

import ArgumentParser
import CoreTables
import Foundation

struct OptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "options",
        abstract: "Lists the run-time options, explains them, and checks lists and files of them.",
        subcommands: [ListOptions.self, ExplainOptions.self, CheckOptions.self],
        defaultSubcommand: ListOptions.self)
}

struct ListOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all options. (default)")

    @Flag(help: "As JSON.") var json = false

    func run() throws {
        if json { return try Output.write(json: CoreTables.options) }
        let terminal = Terminal(STDOUT_FILENO)
        let lines = CoreTables.options.map { option in
            terminal.styled("\(option.name)=\(option.values)", .bold)
                + terminal.styled(" (default \(option.defaultValue ?? "none"))", .faint) + "\n    \(option.summary)\n"
        }
        Output.write(lines.joined())
    }
}

struct ExplainOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what options accept, what they do, and in which libraries.")

    @Argument(help: ArgumentHelp("Names of options.", valueName: "name")) var names: [String]
    @Flag(help: "As JSON.") var json = false

    private struct Explanation: Encodable {
        let option: OptionEntry
        /// Those that it has an effect in.
        let variants: [String]
    }

    func validate() throws {
        let known = CoreTables.options.map(\.name)
        for name in names where !known.contains(name) {
            throw ValidationError("unknown option '\(name)'; accepted: \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        var lacked: [String: Set<String>] = [:]
        for variant in ["release", "secure", "debug"] {
            if let path = Library.find(variant) { lacked[variant] = try Library.lackedFlags(path) }
        }
        let explanations = names.compactMap { name in CoreTables.options.first { $0.name == name } }.map { option in
            Explanation(
                option: option,
                variants: ["release", "secure", "debug"].filter { variant in
                    lacked[variant].map { flags in option.needs.map { !flags.contains($0) } ?? true } ?? false
                })
        }
        if json { return try Output.write(json: explanations) }
        for explanation in explanations {
            let option = explanation.option
            var text = "\(option.name)\n    \(option.summary)\n    values: \(option.values)\n"
            text += "    default: \(option.defaultValue ?? "none")\n"
            if let needs = option.needs { text += "    needs the flag: \(needs)\n" }
            let variants =
                explanation.variants.isEmpty ? "no library here" : explanation.variants.joined(separator: ", ")
            Output.write(text + "    has an effect in: \(variants)\n")
        }
    }
}

struct CheckOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what a library would warn of in a list of options or a file of exceptions.",
        discussion: """
            Without LIST and --file, what BULWARK_OPTIONS holds is checked. The exit status is 1 if there is something to \
            say.
            """)

    @Argument(help: ArgumentHelp("name=value:name=value", valueName: "list")) var list: String?

    @Option(help: ArgumentHelp("A file of exceptions, such as /etc/bulwark/exceptions.conf.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Say also which options have no effect in this library.", valueName: "name"))
    var variant: String?

    @Flag(help: "As JSON.") var json = false

    private struct Problem: Encodable {
        /// Of a file.
        var line: Int?
        let text: String
    }

    func validate() throws {
        if list != nil, file != nil { throw ValidationError("a list and --file; accepted: one of them") }
    }

    func run() throws {
        var problems: [Problem] = []
        if let file {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ValidationError("cannot read '\(file)'; accepted: a file of exceptions")
            }
            problems += ExceptionsReview.problems(of: data).map { Problem(line: $0.line, text: $0.text) }
        } else {
            let text = list ?? ProcessInfo.processInfo.environment["BULWARK_OPTIONS"] ?? ""
            var lacked: Set<String> = []
            if let variant {
                guard let path = Library.find(variant) else {
                    throw ValidationError("no \(Library.name(variant)) here; accepted: release, secure, debug")
                }
                lacked = try Library.lackedFlags(path)
            }
            problems += CoreTables.problems(inOptions: text, lacking: lacked).map { Problem(text: $0) }
        }
        if json {
            try Output.write(json: problems)
        } else {
            for problem in problems {
                Output.write((problem.line.map { "\(file ?? ""):\($0): " } ?? "") + problem.text + "\n")
            }
        }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}

/// What can be wrong with the text of a file of exceptions.
enum ExceptionsReview {
    static func problems(of data: Data) -> [(line: Int?, text: String)] {
        if data.count > CoreTables.longestExceptions {
            return [(nil, "\(data.count) bytes; a file of more than \(CoreTables.longestExceptions) is not read")]
        }
        return CoreTables.problems(inExceptions: String(decoding: data, as: UTF8.self)).map { ($0.line, $0.text) }
    }
}
