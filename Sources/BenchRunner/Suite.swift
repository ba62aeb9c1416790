// All runs in order: for each workload one round to warm up and to verify, then the counted rounds, and in each
// round every allocator in turn (A B C A B C ...), so that a slow minute of the machine hits all alike.

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
                for (index, allocator) in allocators.enumerated() where cells[index].failure == nil {
                    let label = round == 0 ? "warm-up" : "run \(round) of \(runs)"
                    progress.show("\(workload.name), \(allocator.name), \(label)")
                    do {
                        let measurement = try runner.run(
                            workload, allocator, operations: operations, isVerified: round == 0)
                        if round > 0 { cells[index].runs.append(measurement) }
                    } catch {
                        cells[index].failure = "\(error)"
                    }
                    progress.advance()
                }
            }
            return Row(
                workload: workload.name, group: workload.group, metric: workload.metric,
                operations: operations,
                cells: cells)
        }
    }

    /// How many runs there are at most.
    var totalRuns: Int { workloads.count * allocators.count * (runs + 1) }
}
