// The entry of this project's programs: parses the command line, and turns bad input into one line and status 2, as
// everywhere. Status 1 means that something is missing, or that a run failed.

import ArgumentParser
import Foundation

/// A fault of the machine or of a file, not of the command line: one line, status 1.
public struct Failure: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
}

public enum Program {
    /// Runs a command, and ends the process if it fails.
    /// - Parameter accepted: the end of the line about a command line that the parser itself rejects; our own checks say
    ///   what they accept.
    public static func run(_ root: any ParsableCommand.Type, accepted: String) {
        run(root, accepted: accepted, arguments: Array(CommandLine.arguments.dropFirst()))
    }

    private static func run<Root: ParsableCommand>(_ root: Root.Type, accepted: String, arguments: [String]) {
        do {
            var command = try root.parseAsRoot(arguments)
            try command.run()
        } catch let failure as Failure {
            end(root, failure.description, status: 1)
        } catch {
            let code = root.exitCode(for: error)
            // Help that was asked for, and a command's own choice of status.
            if code == .success || error is ExitCode { root.exit(withError: error) }
            let message = root.message(for: error)
            guard code == .validationFailure else { end(root, message, status: 1) }
            end(root, saysWhatIsAccepted(message) ? message : "\(message); \(accepted)", status: 2)
        }
    }

    /// Our own checks do, behind a semicolon; the parser's do not.
    private static func saysWhatIsAccepted(_ message: String) -> Bool {
        message.contains("; ") || message.contains("accepted")
    }

    private static func end(_ root: any ParsableCommand.Type, _ message: String, status: Int32) -> Never {
        // The parser's own messages may have several lines.
        let line = message.split(separator: "\n").joined(separator: " ")
        FileHandle.standardError.write(Data("\(root._commandName): \(line)\n".utf8))
        exit(status)
    }
}
