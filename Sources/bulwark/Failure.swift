// What stops a command.

/// A fault of the machine or of a file, not of the command line: one line, status 1.
struct Failure: Error, CustomStringConvertible {
    let description: String
}
