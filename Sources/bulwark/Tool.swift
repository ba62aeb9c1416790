// Other programs that the tool calls.

import CommandEntry
import Foundation

enum Tool {
    /// Where a command is, as a shell would find it.
    /// - Parameter name: a path if there is a slash in it.
    static func find(_ name: String) -> String? {
        let files = FileManager.default
        if name.contains("/") {
            return files.isExecutableFile(atPath: name) && System.isFolder(name) == false ? name : nil
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
            let candidate = (folder.isEmpty ? "." : String(folder)) + "/" + name
            if files.isExecutableFile(atPath: candidate), System.isFolder(candidate) == false { return candidate }
        }
        return nil
    }

    /// Runs a program to its end.
    /// - Parameters:
    ///   - path: of the program.
    ///   - input: what it reads.
    /// - Returns: what it wrote, whatever its status. Its errors are dropped.
    static func run(_ path: String, _ arguments: [String], input: String) throws -> String {
        // From a file: with two pipes, both sides could wait for each other.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("bulwark-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
