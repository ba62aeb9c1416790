// The command-line tool: what is done with the libraries from outside. Ordinary Swift; nothing of it is in a library.

import ArgumentParser
import Foundation

@main
enum Entry {
    /// Parses the command line, and turns bad input into one line and status 2, as everywhere in this project.
    static func main() {
        do {
            var command = try BulwarkCommand.parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            end(failure.description, status: 1)
        } catch {
            let code = BulwarkCommand.exitCode(for: error)
            // Help that was asked for, and a command's own choice of status.
            if code == .success || error is ExitCode { BulwarkCommand.exit(withError: error) }
            let message = BulwarkCommand.message(for: error)
            end(message, status: code == .validationFailure ? 2 : 1)
        }
    }

    private static func end(_ message: String, status: Int32) -> Never {
        // The parser's own messages may have several lines.
        let line = message.split(separator: "\n").joined(separator: " ")
        FileHandle.standardError.write(Data("bulwark: \(line)\n".utf8))
        exit(status)
    }
}

struct BulwarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulwark",
        abstract: "Finds memory errors with Bulwark's libraries, and reads their reports.",
        version: "0.1.0",
        subcommands: [CheckCommand.self, SymbolizeCommand.self, MapCommand.self])
}
