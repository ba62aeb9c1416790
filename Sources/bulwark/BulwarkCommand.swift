// The command-line tool: what is done with the libraries from outside. Ordinary Swift; nothing of it is in a library.

import ArgumentParser
import CommandEntry
import CoreTables

@main
enum Entry {
    static func main() { Program.run(BulwarkCommand.self, accepted: "see bulwark --help, bulwark help COMMAND") }
}

struct BulwarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulwark",
        abstract: "Runs programs under Bulwark's libraries, finds memory errors, reads reports.",
        discussion: """
            Shell completions: bulwark --generate-completion-script bash (zsh, fish).
            """,
        version: CoreTables.version,
        subcommands: [
            RunCommand.self, CheckCommand.self, ReportCommand.self, SymbolizeCommand.self, StatsCommand.self,
            MapCommand.self,
            OptionsCommand.self, DoctorCommand.self, BenchCommand.self,
        ])
}
