// The benchmark runner's entry.

import ArgumentParser
import CommandEntry

/// As the files of this target say it.
typealias Failure = CommandEntry.Failure

@main
enum Entry {
    static func main() { Program.run(BulwarkBench.self, accepted: BulwarkBench.accepted) }
}

struct BulwarkBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulwark-bench",
        abstract: "Compares allocators, preloaded one by one, on the same programs.",
        discussion: "Without a subcommand it runs; see 'bulwark-bench run --help' for the options.",
        subcommands: [
            RunCommand.self, RenderCommand.self, BudgetsCommand.self, InstructionsCommand.self, AttacksCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    /// The end of the line about a command line that the parser rejects.
    static let accepted = """
        accepted: [run] --quick --runs 1..100 --only PATTERN --allocator NAME=FILE.so --without NAME \
        --time-limit SECONDS --json FILE --markdown FILE --svg FILE --chart CHART --compare FILE \
        --fail-above PERCENT --root FOLDER --list, or render FILE, or budgets FILE --check, or instructions, \
        or attacks --rounds 10..1000000 --only STRATEGY --library NAME[=FILE.so] --json FILE --chart FILE --table --bounds --read FILE
        """
}
