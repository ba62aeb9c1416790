// `bulwark-bench run`, the default: measures and prints the tables.

import ArgumentParser
import Foundation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Measure time and peak memory (the default).")

    @OptionGroup var shared: SharedOptions

    @Flag(help: "3 runs instead of 5, and a fifth of the work in each.")
    var quick = false

    @Option(help: ArgumentHelp("Counted runs, 1 to 100 (default: 5, with --quick 3).", valueName: "number"))
    var runs: Int?

    @Option(
        help: ArgumentHelp(
            "Only workloads whose name contains this, or matches it if it has * or ?; may be repeated.",
            valueName: "pattern"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Seconds after which a run is killed, 1 to 3600.", valueName: "seconds"))
    var timeLimit = 120

    @Option(help: ArgumentHelp("Also write every run to this file.", valueName: "file"))
    var json: String?

    func validate() throws {
        if let runs, !(1...100).contains(runs) {
            throw ValidationError("--runs is \(runs); accepted: 1 to 100")
        }
        guard (1...3600).contains(timeLimit) else {
            throw ValidationError("--time-limit is \(timeLimit); accepted: 1 to 3600 seconds")
        }
        for pattern in only where !Workload.all.contains(where: { matches($0.name, pattern) }) {
            let names = Workload.all.map(\.name).joined(separator: " ")
            throw ValidationError(
                "no workload matches '\(pattern)'; accepted: part of, or a pattern for: \(names)")
        }
        if let json {
            let folder = URL(fileURLWithPath: json).deletingLastPathComponent().path
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw ValidationError(
                    "--json \(json) cannot be written; accepted: a file in a writable folder")
            }
        }
    }

    func run() throws {
        let allocators = try shared.allocators()
        let workloads = Workload.all.filter { workload in
            only.isEmpty ? workload.group.isUsual : only.contains { matches(workload.name, $0) }
        }
        let count = runs ?? (quick ? 3 : 5)
        if shared.list {
            print(listing(workloads, allocators))
            return
        }

        let machine = Machine.current()
        let runner = try Runner(places: shared.places, timeLimit: timeLimit)
        defer { runner.removeScratch() }
        let suite = Suite(
            runner: runner, workloads: workloads.filter(isPossible), allocators: allocators, runs: count,
            isQuick: quick)
        let progress = Progress(total: suite.totalRuns)
        let rows = suite.run(progress)
        progress.finish()

        let comparison = Comparison(rows: rows, peers: allocators.filter { $0.role == .peer }.map(\.name))
        print(
            MarkdownReport(
                comparison: comparison, allocators: allocators.map(\.name), machine: machine, runs: count,
                isQuick: quick
            ).render())
        if let json {
            try JSONReport(comparison, allocators, machine, isQuick: quick).encoded()
                .write(to: URL(fileURLWithPath: json))
        }
        if rows.contains(where: { $0.cells.contains { $0.failure != nil } }) { throw ExitCode(1) }
    }

    /// Says why, if it is not.
    private func isPossible(_ workload: Workload) -> Bool {
        guard let lack = workload.lack else { return true }
        Console.note("\(workload.name) is left out: \(lack)")
        return false
    }

    private func listing(_ workloads: [Workload], _ allocators: [Allocator]) -> String {
        var table = MarkdownTable(["workload", "group", "time", "operations"])
        for workload in workloads {
            table.add([
                workload.name, workload.group.rawValue, workload.metric.rawValue,
                String(workload.operations(quick: quick)),
            ])
        }
        return table.render() + "\n\n" + InstructionsCommand.listing(allocators)
    }

    private func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.contains { "*?".contains($0) } ? fnmatch(pattern, name, 0) == 0 : name.contains(pattern)
    }
}
