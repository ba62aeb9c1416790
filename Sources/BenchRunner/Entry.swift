// The program's entry: parses the command line, and turns bad input into one line and status 2, as everywhere in
// this project. Status 1 means that a run failed, or that something needed is missing.

import ArgumentParser
import Foundation

/// A fault of the machine or of a run, not of the command line: one line, status 1.
struct Failure: Error, CustomStringConvertible {
    let description: String
}

@main
enum Entry {
    static func main() {
        do {
            var command = try BulwarkBench.parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            end(failure.description, status: 1)
        } catch {
            let code = BulwarkBench.exitCode(for: error)
            // Help that was asked for, and a command's own choice of status.
            if code == .success || error is ExitCode { BulwarkBench.exit(withError: error) }
            let message = BulwarkBench.message(for: error)
            guard code == .validationFailure else { end(message, status: 1) }
            // Our own checks say what they accept; the parser's do not.
            end(message.contains("accepted:") ? message : "\(message); \(BulwarkBench.accepted)", status: 2)
        }
    }

    private static func end(_ message: String, status: Int32) -> Never {
        // The parser's own messages may have several lines.
        let line = message.split(separator: "\n").joined(separator: " ")
        FileHandle.standardError.write(Data("\(BulwarkBench._commandName): \(line)\n".utf8))
        exit(status)
    }
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
