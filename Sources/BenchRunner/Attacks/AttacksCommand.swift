// `bulwark-bench attacks`: plays exploitation strategies against allocators, and judges secure by its bounds.

import ArgumentParser
import Foundation

struct AttacksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attacks", abstract: "Play exploitation strategies against allocators.")

    @Option(help: ArgumentHelp("The project's folder.", valueName: "folder"))
    var root = "."

    @Option(help: ArgumentHelp("Rounds of each strategy, 10 to 1000000; slow ones have fewer.", valueName: "number"))
    var rounds = 2000

    @Option(help: ArgumentHelp("Only strategies that match; may be repeated.", valueName: "pattern"))
    var only: [String] = []

    @Option(
        name: .customLong("library"),
        help: ArgumentHelp("Only these libraries; may be repeated.", valueName: "name[=file.so]"))
    var chosen: [String] = []

    @Option(help: ArgumentHelp("Also write all outcomes to this file.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Draw a chart into this file.", valueName: "file"))
    var chart: String?

    @Flag(help: "Also print how the rounds ended that were no success.")
    var table = false

    @Flag(help: "Print the bounds and their arithmetic, and end.")
    var bounds = false

    @Option(help: ArgumentHelp("Play nothing: tables and chart from what --json wrote.", valueName: "file"))
    var read: String?

    private var places: Places { Places(root: URL(fileURLWithPath: root, isDirectory: true).standardizedFileURL) }

    func validate() throws {
        guard (10...1_000_000).contains(rounds) else {
            throw ValidationError("--rounds is \(rounds); accepted: 10 to 1000000")
        }
        let names = Strategy.all.map(\.name)
        for pattern in only where !names.contains(where: { matches($0, pattern) }) {
            throw ValidationError(
                "no strategy matches '\(pattern)'; accepted: part of, or a pattern for: \(names.joined(separator: " "))"
            )
        }
        try checkWritable(json, "--json")
        try checkWritable(chart, "--chart")
        if let read, FileManager.default.contents(atPath: read).flatMap(AttackResults.init) == nil {
            throw ValidationError("--read \(read) is no record of attacks; accepted: a file that --json wrote")
        }
        _ = try chosen.map(library)
    }

    func run() throws {
        if bounds {
            print(AttackReport.bounds())
            return
        }
        let results =
            try read.flatMap { FileManager.default.contents(atPath: $0).flatMap(AttackResults.init) } ?? play()
        if let json { try results.encoded().write(to: URL(fileURLWithPath: json)) }
        if let chart { try Data(AttackChart(results: results).render().utf8).write(to: URL(fileURLWithPath: chart)) }
        let report = AttackReport(results: results)
        print(report.rates() + "\n")
        if table { print("Rounds: success / reported / faulted / nothing\n\n" + report.endings() + "\n") }
        let faults = results.faults
        for fault in faults { print("FAIL  \(fault)") }
        print("\(results.tallies.count - faults.count) passed, \(faults.count) failed")
        if !faults.isEmpty { throw ExitCode(1) }
    }

    private func play() throws -> AttackResults {
        let laboratory = Laboratory(programs: places.root.appending(path: ".build/attacks"))
        let missing = Set(Strategy.all.map(\.name)).symmetricDifference(try laboratory.names()).sorted()
        guard missing.isEmpty else {
            throw Failure(
                description: "table and programs differ in their strategies: \(missing.joined(separator: " "))")
        }
        let libraries = try libraries()
        let strategies = Strategy.all.filter { one in only.isEmpty || only.contains { matches(one.name, $0) } }
        var results = AttackResults(
            machine: .current(), bulwarkOptions: ProcessInfo.processInfo.environment["BULWARK_OPTIONS"],
            libraries: libraries)
        let progress = Progress(total: strategies.count * libraries.count)
        for strategy in strategies {
            for library in libraries where !strategy.isOwn || library.role == .own {
                progress.show("\(strategy.name), \(library.name)")
                results.tallies.append(try tally(strategy, library, laboratory))
            }
            for _ in libraries { progress.advance() }
            progress.report(strategy.name)
        }
        progress.finish()
        return results
    }

    /// What chance alone brings above a bound, one time in 40, is played again, four times as long. Not where the bound
    /// leaves no room for chance: there one success is too much.
    private func tally(
        _ strategy: Strategy, _ library: Results.Candidate, _ laboratory: Laboratory
    ) throws -> AttackResults.Tally {
        let rounds = strategy.rounds(rounds)
        let first = try laboratory.play(strategy, library, rounds: rounds)
        guard library.name == AttackResults.judged, first.isAbove(strategy.bound), strategy.bound > 0.001 else {
            return first
        }
        Console.note("\(strategy.name), \(library.name): \(first.success) of \(first.rounds), played again")
        return try laboratory.play(strategy, library, rounds: rounds * 4)
    }

    private func libraries() throws -> [Results.Candidate] {
        let all = Allocator.builtIn(places, scudo: Toolchain.scudo()?.path)
        let usual = ["glibc", "mimalloc2", "tcmalloc", "jemalloc", "scudo", "release", "secure"]
        let wanted =
            chosen.isEmpty ? usual.compactMap { name in all.first { $0.name == name } } : try chosen.map(library)
        return try wanted.map { allocator in
            guard FileManager.default.isReadableFile(atPath: allocator.library) else {
                throw Failure(description: "\(allocator.library) is missing: \(allocator.origin)")
            }
            return Results.Candidate(name: allocator.name, library: allocator.library, role: allocator.role)
        }
    }

    /// A known name, or NAME=FILE.so.
    private func library(_ argument: String) throws -> Allocator {
        if argument.contains("=") { return try Allocator(argument: argument, option: "--library") }
        let all = Allocator.builtIn(places, scudo: Toolchain.scudo()?.path)
        guard let allocator = all.first(where: { $0.name == argument }) else {
            throw ValidationError(
                "--library \(argument) is not known; accepted: NAME=FILE.so, \(all.map(\.name).joined(separator: " "))"
            )
        }
        return allocator
    }
}
