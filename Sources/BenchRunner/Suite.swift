// All runs in order: for each workload one round to warm up and to verify, then the counted rounds. In each round
// every allocator has its turn, so that a slow minute of the machine hits all alike, and each round begins with another
// allocator, so that none always runs first or last.

struct Suite {
    let runner: Runner
    let workloads: [Workload]
    let allocators: [Allocator]
    /// Counted runs of each allocator on each workload.
    let runs: Int
    let isQuick: Bool

    /// Runs everything; a run that fails ends that allocator's part in that workload and nothing else.
    func run(_ progress: Progress) -> [Row] {
        workloads.map { workload in
            let operations = workload.operations(quick: isQuick)
            var cells = allocators.map { Cell(allocator: $0.name) }
            for round in 0...runs {
                for index in Self.order(round: round, count: allocators.count) {
                    let label = round == 0 ? "warm-up" : "run \(round) of \(runs)"
                    progress.show("\(workload.name), \(allocators[index].name), \(label)")
                    if cells[index].failure == nil {
                        do {
                            let measurement = try runner.run(
                                workload, allocators[index], operations: operations, isVerified: round == 0)
                            if round > 0 { cells[index].runs.append(measurement) }
                        } catch {
                            cells[index].failure = "\(error)"
                        }
                    }
                    progress.advance()
                }
            }
            let failures = cells.count { $0.failure != nil }
            progress.report(workload.name + (failures == 0 ? "" : ", \(failures) failed"))
            return Row(
                workload: workload.name, group: workload.group, metric: workload.metric,
                operations: operations, isPinned: workload.isPinned, series: workload.series, cells: cells)
        }
    }

    /// The allocators' turns in a round, as indices: rotated by one from round to round.
    static func order(round: Int, count: Int) -> [Int] {
        (0..<count).map { ($0 + round) % count }
    }

    /// How many runs there are at most.
    var totalRuns: Int { workloads.count * allocators.count * (runs + 1) }
}
