// Running one process through the launcher (Sources/Bench/launch.c, which says why there is one), and reading what
// it cost. One at a time, from the main thread: the launcher ends with the thread that started it.

import Foundation

/// A process that was started by the launcher.
struct Launch {
    private let process = Process()
    private let result: URL
    private let output: URL
    private let errors: URL

    /// What a process left when it ended.
    struct Ending {
        let measurement: Measurement
        let output: String
    }

    /// - Parameters:
    ///   - environment: all of it; nothing is inherited.
    ///   - scratch: an existing folder for the process to run in, which no other running process uses.
    ///   - timeLimit: seconds until it is killed.
    ///   - cpu: the only one that it may run on; nil for any.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], launcher: String,
        scratch: URL, timeLimit: Int, cpu: Int?
    ) throws {
        let name = URL(fileURLWithPath: program).lastPathComponent
        result = scratch.appending(path: "\(name).result")
        output = scratch.appending(path: "\(name).out")
        errors = scratch.appending(path: "\(name).err")
        for file in [result, output, errors] { try Data().write(to: file) }
        process.executableURL = URL(fileURLWithPath: launcher)
        process.arguments = [result.path, String(timeLimit), cpu.map { String($0) } ?? "-", program] + arguments
        process.environment = environment
        process.currentDirectoryURL = scratch
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    /// Asks the measured process to end; the launcher passes the signal on.
    func terminate() { process.terminate() }

    var isRunning: Bool { process.isRunning }

    /// Waits for the end; throws a Failure with the process's last words unless it ended with status 0.
    func wait() throws -> Ending {
        process.waitUntilExit()
        let text = try String(decoding: Data(contentsOf: result), as: UTF8.self)
        guard let ending = LaunchResult(text) else { throw Failure(description: "not started" + lastWords()) }
        if let fault = ending.fault { throw Failure(description: fault + lastWords()) }
        return Ending(
            measurement: ending.measurement,
            output: try String(decoding: Data(contentsOf: output), as: UTF8.self))
    }

    /// The first line on standard error, where allocators say what they found; cut to a cell's length.
    private func lastWords() -> String {
        guard let data = try? Data(contentsOf: errors) else { return "" }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first ?? ""
        return line.isEmpty ? "" : ": \(line.prefix(120))"
    }
}

/// The launcher's lines of a name and a number.
struct LaunchResult: Equatable {
    let measurement: Measurement
    /// Why the run does not count; nil if the process ended with status 0.
    let fault: String?

    /// nil unless all lines are there.
    init?(_ text: String) {
        var values: [Substring: Double] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { values[words[0]] = Double(words[1]) }
        }
        guard let wall = values["wall"], let user = values["user"], let system = values["system"],
            let peak = values["peak"], let status = values["exit"], let signal = values["signal"],
            let timeout = values["timeout"]
        else { return nil }
        measurement = Measurement(
            wallSeconds: wall, userSeconds: user, systemSeconds: system, peakBytes: peak)
        fault =
            if timeout != 0 {
                "out of time"
            } else if signal != 0 {
                "signal \(Int(signal))"
            } else if status != 0 {
                "status \(Int(status))"
            } else {
                nil
            }
    }
}
