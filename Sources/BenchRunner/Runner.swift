// One run of one workload under one allocator: the environment, the server's client, and the proof that it did the
// work and that its malloc was the one it should be.

import Foundation

struct Runner {
    let places: Places
    /// A folder of its own, with a short path: sockets lie in it.
    let scratch: URL
    /// Seconds after which a process is killed.
    let timeLimit: Int
    /// The cpus that this process may use. Pinned programs get the last: the first often serves the interrupts.
    let cpus = Machine.allowedCPUs()

    init(places: Places, timeLimit: Int) throws {
        guard FileManager.default.isExecutableFile(atPath: places.launcher) else {
            throw Failure(description: "\(places.launcher) is missing: run scripts/bench, which compiles it")
        }
        self.places = places
        self.timeLimit = timeLimit
        var path = Array("/tmp/bulwark-bench-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&path) != nil else { throw Failure(description: "cannot make a folder in /tmp") }
        scratch = URL(
            fileURLWithPath: String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    func removeScratch() { try? FileManager.default.removeItem(at: scratch) }

    /// Runs the workload once.
    ///
    /// - Parameter isVerified: makes the loader write down its bindings and checks them; costs some start-up time,
    ///   so only for runs that do not count.
    func run(_ workload: Workload, _ allocator: Allocator, operations: Int, isVerified: Bool) throws
        -> Measurement
    {
        let command = workload.command(places, operations)
        try prepare(command)
        var environment = Self.environment.merging(command.environment) { _, new in new }
        environment["LD_PRELOAD"] = allocator.library
        let bindings = scratch.appending(path: "bindings")
        if isVerified {
            environment["LD_DEBUG"] = "bindings"
            environment["LD_DEBUG_OUTPUT"] = bindings.path
        }
        defer { if isVerified { Bindings.remove(in: scratch) } }

        let ending: Launch.Ending
        let words: String
        if let client = command.client {
            (ending, words) = try serve(command, environment, client, isPinned: workload.isPinned)
        } else {
            ending = try launch(
                command.program, command.arguments, environment, cpu: workload.isPinned ? cpus.last : nil
            ).wait()
            words = ending.output
        }
        guard Self.operations(in: words) == operations else {
            throw Failure(description: "did not print 'operations \(operations)'")
        }
        if isVerified {
            try Bindings.check(in: scratch, program: command.program, library: allocator.library)
        }
        var measurement = ending.measurement
        let figures = Self.figures(in: words)
        measurement.figures = figures.isEmpty ? nil : figures
        return measurement
    }

    /// Runs a server and its client; returns what the server cost and what the client printed.
    private func serve(
        _ command: Command, _ environment: [String: String],
        _ client: (program: String, arguments: [String]), isPinned: Bool
    ) throws -> (Launch.Ending, String) {
        // A pinned server has its cpu for itself, if there are two.
        let isAlone = isPinned && cpus.count > 1
        let socket = scratch.appending(path: "socket").path
        func placed(_ arguments: [String]) -> [String] {
            arguments.map { $0 == Command.socket ? socket : $0 }
        }

        let server = try launch(
            command.program, placed(command.arguments), environment, cpu: isAlone ? cpus.last : nil)
        var ended = false
        defer { if !ended { server.terminate() } }
        let load: Launch.Ending
        do {
            load = try launch(
                client.program, placed(client.arguments), Self.environment, cpu: isAlone ? cpus.first : nil
            ).wait()
        } catch {
            // A server that died explains more than its client's complaint does.
            if !server.isRunning {
                ended = true
                _ = try server.wait()
            }
            throw error
        }
        server.terminate()
        ended = true
        return (try server.wait(), load.output)
    }

    /// Runs what makes the command's input.
    private func prepare(_ command: Command) throws {
        guard let preparation = command.preparation else { return }
        try FileManager.default.createDirectory(at: places.prepared, withIntermediateDirectories: true)
        _ = try launch(preparation.program, preparation.arguments, Self.environment, cpu: nil).wait()
    }

    private func launch(
        _ program: String, _ arguments: [String], _ environment: [String: String], cpu: Int?
    ) throws -> Launch {
        try Launch(
            program, arguments, environment: environment, launcher: places.launcher, scratch: scratch,
            timeLimit: timeLimit, cpu: cpu)
    }

    /// The same for every run, whoever starts the benchmark; only Bulwark's own options are passed on.
    private static let environment: [String: String] = {
        var environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/tmp"]
        environment["BULWARK_OPTIONS"] = ProcessInfo.processInfo.environment["BULWARK_OPTIONS"]
        return environment
    }()

    /// The number in the last line `operations N` of a program's output.
    static func operations(in output: String) -> Int? {
        output.split(separator: "\n").last { $0.hasPrefix("operations ") }
            .flatMap { Int($0.dropFirst("operations ".count)) }
    }

    /// All lines `figure NAME VALUE UNIT` of a program's output.
    static func figures(in output: String) -> [Measurement.Figure] {
        output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, words[0] == "figure", let value = Double(words[2]), value.isFinite else {
                return nil
            }
            return Measurement.Figure(name: String(words[1]), value: value, unit: String(words[3]))
        }
    }
}
