// The report on standard output: ratios of time, ratios of peak memory, then the medians and ranges behind them.

import Foundation

struct MarkdownReport {
    let comparison: Comparison
    let allocators: [String]
    let machine: Machine
    let runs: Int
    let isQuick: Bool

    func render() -> String {
        var parts = [
            "\(machine.processor), \(machine.cores) cores, Linux \(machine.kernel), load \(format(machine.load)); "
                + "\(runs) interleaved runs after one to warm up\(isQuick ? ", quick (a fifth of the work)" : "").",
            ratios("Time", .time, "the fastest of"),
            ratios("Peak memory", .peakMemory, "the middle one of"),
            values("Time, seconds: median, least–most", .time) { String(format: "%.3f", $0) },
            values("Peak memory, MiB: median, least–most", .peakMemory) {
                String(format: "%.1f", $0 / 1_048_576)
            },
        ]
        let failures = failureLines
        if !failures.isEmpty { parts.append("### Failures\n\n" + failures.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private func ratios(_ title: String, _ quantity: Quantity, _ choice: String) -> String {
        var table = MarkdownTable(["workload", "reference"] + allocators)
        for row in comparison.rows {
            let reference = comparison.reference(row, quantity)?.name
            let cells = allocators.map { allocator in
                guard let ratio = comparison.ratio(row, allocator, quantity) else { return "failed" }
                // The reference's own runs overlap with themselves, which says nothing.
                return (ratio.isUncertain && allocator != reference ? "~" : "") + format(ratio.value)
            }
            table.add([row.workload, reference ?? "none"] + cells)
        }
        for group in Group.allCases.map(Optional.some) + [nil] {
            let means = allocators.map { comparison.mean($0, quantity, group) }
            if means.contains(where: { $0 != nil }) {
                table.add(["**\(group?.rawValue ?? "all")**", "geometric mean"] + means.map(format))
            }
        }
        return """
            ### \(title)

            Ratio to \(choice) \(comparison.peers.joined(separator: ", ")) on each workload; less is better. \
            `~`: the runs overlap with the reference's.

            \(table.render())
            """
    }

    private func values(_ title: String, _ quantity: Quantity, _ number: (Double) -> String) -> String {
        var table = MarkdownTable(["workload"] + allocators)
        for row in comparison.rows {
            let cells = allocators.map { allocator in
                row.spread(allocator, quantity).map {
                    "\(number($0.median)), \(number($0.least))–\(number($0.most))"
                } ?? "failed"
            }
            table.add([row.workload + (quantity == .time && row.metric == .cpu ? " (CPU)" : "")] + cells)
        }
        return "### \(title)\n\n\(table.render())"
    }

    private var failureLines: [String] {
        comparison.rows.flatMap { row in
            row.cells.compactMap { cell in cell.failure.map { "- \(row.workload), \(cell.allocator): \($0)" }
            }
        }
    }

    private func format(_ value: Double) -> String { String(format: "%.2f", value) }

    private func format(_ mean: Comparison.Mean?) -> String {
        guard let mean else { return "failed" }
        return format(mean.value) + (mean.counted < mean.total ? " (\(mean.counted) of \(mean.total))" : "")
    }
}
