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

    @OptionGroup var output: OutputOptions

    /// The count of instructions is chosen by --only like a workload.
    private static let instructions = "instructions"

    func validate() throws {
        if let runs, !(1...100).contains(runs) {
            throw ValidationError("--runs is \(runs); accepted: 1 to 100")
        }
        guard (1...3600).contains(timeLimit) else {
            throw ValidationError("--time-limit is \(timeLimit); accepted: 1 to 3600 seconds")
        }
        let known = Workload.all.map(\.name) + [Self.instructions]
        for pattern in only where !known.contains(where: { matches($0, pattern) }) {
            let names = known.joined(separator: " ")
            throw ValidationError(
                "no workload matches '\(pattern)'; accepted: part of, or a pattern for: \(names)")
        }
        try checkWritable(json, "--json")
    }

    func run() throws {
        let allocators = try shared.allocators()
        let workloads = Workload.all.filter { only.isEmpty ? $0.group.isUsual : isChosen($0.name) }
        if shared.list {
            print(listing(workloads, allocators))
            return
        }

        let machine = Machine.current()
        let runner = try Runner(places: shared.places, timeLimit: timeLimit)
        defer { runner.removeScratch() }
        let suite = Suite(
            runner: runner, workloads: workloads.filter(isPossible), allocators: allocators,
            runs: runs ?? (quick ? 3 : 5),
            isQuick: quick)
        let counter = isChosen(Self.instructions) ? InstructionCounter(runner: runner) : nil
        let progress = Progress(total: suite.totalRuns + (counter == nil ? 0 : allocators.count + 1))
        let counts = try counter?.count(allocators, progress)
        var results = Results(
            machine: machine, isQuick: quick,
            bulwarkOptions: ProcessInfo.processInfo.environment["BULWARK_OPTIONS"],
            allocators: allocators.map { Results.Candidate(name: $0.name, library: $0.library, role: $0.role) },
            rows: suite.run(progress))
        results.instructions = counts?.pairs ?? [:]
        progress.finish()

        // First what cannot be had again.
        if let json { try JSONReport(results).encoded().write(to: URL(fileURLWithPath: json)) }
        let (text, isWorse) = try output.write(results)
        print(text, terminator: "")
        for failure in counts?.failures ?? [] {
            Console.note("instructions, \(failure.allocator.name): \(failure.reason)")
        }
        let isComplete = results.failures.isEmpty && counts?.isComplete ?? true
        if isWorse || !isComplete { throw ExitCode(1) }
    }

    private func isChosen(_ name: String) -> Bool {
        only.isEmpty || only.contains { matches(name, $0) }
    }

    /// Says why, if it is not.
    private func isPossible(_ workload: Workload) -> Bool {
        guard let lack = workload.lack else { return true }
        Console.note("\(workload.name) is left out: \(lack)")
        return false
    }

    private func listing(_ workloads: [Workload], _ allocators: [Allocator]) -> String {
        var table = MarkdownTable(["workload", "group", "time", "cpus", "operations"])
        for workload in workloads {
            table.add([
                workload.name, workload.group.rawValue, workload.metric.rawValue,
                workload.isPinned ? "one" : "any",
                String(workload.operations(quick: quick)),
            ])
        }
        if isChosen(Self.instructions) { table.add([Self.instructions, "", "", "", ""]) }
        return table.render() + "\n\n" + InstructionsCommand.listing(allocators)
    }
}
