// The report as Markdown: ratios of time and of peak memory, the budgets, then the medians and ranges behind them.

import Foundation

struct MarkdownReport {
    let results: Results
    /// An older run that ratios are compared with.
    var old: Results?
    private let comparison: Comparison
    private var allocators: [String] { results.allocators.map(\.name) }

    init(_ results: Results, old: Results? = nil) {
        self.results = results
        self.old = old
        comparison = results.comparison
    }

    func render() -> String {
        var parts = [
            introduction, ratios("Time", .time, "the fastest of"),
            ratios("Peak memory", .peakMemory, "the middle one of"),
        ]
        if !results.instructions.isEmpty { parts.append(Self.instructions(results)) }
        // A budget that was not measured is of no interest here; the command "budgets" shows them all.
        let judgements = Budgets(results).judgements().filter { $0.detail != Judgement.notMeasured }
        if !judgements.isEmpty { parts.append(Self.budgets(judgements)) }
        if let old { parts.append(Self.changes(Changes(old: old, new: results))) }
        parts.append(values("Time, seconds: median, least–most", .time) { String(format: "%.3f", $0) })
        parts.append(
            values("Peak memory, MiB: median, least–most", .peakMemory) { String(format: "%.1f", $0 / 1_048_576) })
        if let figures { parts.append(figures) }
        let failures = results.failures.map { "- \($0.workload), \($0.allocator): \($0.reason)" }
        if !failures.isEmpty { parts.append("### Failures\n\n" + failures.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private var introduction: String {
        let machine = results.machine
        let pinned = results.rows.contains(where: \.isPinned) ? " Workloads marked ¹ are kept on one cpu." : ""
        return
            "\(machine.processor), \(machine.cores) cores, Linux \(machine.kernel), load \(Self.format(machine.load)); "
            + "\(results.runs) interleaved runs after one to warm up\(results.isQuick ? ", quick (a fifth of the work)" : "")."
            + pinned
    }

    private func ratios(_ title: String, _ quantity: Quantity, _ choice: String) -> String {
        var table = MarkdownTable(["workload", "reference"] + allocators)
        for row in comparison.rows {
            let reference = comparison.reference(row, quantity)?.name
            let cells = allocators.map { allocator in
                guard let ratio = comparison.ratio(row, allocator, quantity) else { return "failed" }
                // The reference's own runs overlap with themselves, which says nothing.
                return (ratio.isUncertain && allocator != reference ? "~" : "") + Self.format(ratio.value)
            }
            table.add([row.workload + (row.isPinned ? " ¹" : ""), reference ?? "none"] + cells)
        }
        for group in comparison.groups {
            let means = allocators.map { comparison.mean($0, quantity, group) }
            table.add(["**\(group?.rawValue ?? "all")**", "geometric mean"] + means.map(Self.format))
            table.add(
                ["", "its rounds"]
                    + means.map { $0.map { "\(Self.format($0.range.least))–\(Self.format($0.range.most))" } ?? "" })
        }
        let uncounted = comparison.rows.contains { !$0.isCounted }
        return """
            ### \(title)

            Ratio to \(choice) \(comparison.peers.joined(separator: ", ")) on each workload; less is better. \
            `~`: the runs overlap with the reference's.\
            \(uncounted ? " The means leave out the start of processes and the points of scaling series." : "")

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

    /// What workloads print about themselves; nil if none did.
    private var figures: String? {
        var table = MarkdownTable(["workload", "figure"] + allocators)
        for row in comparison.rows {
            for figure in row.figureNames {
                let cells = allocators.map { allocator in
                    row.spread(allocator, figure).map { spread in
                        [spread.median, spread.least, spread.most].map { Self.figure($0, figure.unit) }
                    }.map { "\($0[0]), \($0[1])–\($0[2])" } ?? "failed"
                }
                table.add([row.workload, "\(figure.name), \(figure.unit == "bytes" ? "MiB" : figure.unit)"] + cells)
            }
        }
        return table.rows.isEmpty ? nil : "### Other figures: median, least–most\n\n\(table.render())"
    }

    private static func figure(_ value: Double, _ unit: String) -> String {
        if unit == "bytes" { return String(format: "%.1f", value / 1_048_576) }
        return String(format: abs(value) < 100 && value != value.rounded() ? "%.2f" : "%.0f", value)
    }

    private static func format(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func format(_ mean: Comparison.Mean?) -> String {
        guard let mean else { return "failed" }
        return format(mean.value) + (mean.counted < mean.total ? " (\(mean.counted) of \(mean.total))" : "")
    }
}

/// The sections that can also be printed by themselves.
extension MarkdownReport {
    static func instructions(_ results: Results) -> String {
        var table = MarkdownTable(["allocator", "instructions"])
        for allocator in results.allocators {
            table.add([
                allocator.name, results.instructions[allocator.name].map { String(format: "%.1f", $0) } ?? "failed",
            ])
        }
        return "### Instructions of one malloc(64) and free\n\n\(table.render())"
    }

    static func budgets(_ judgements: [Judgement]) -> String {
        var table = MarkdownTable(["library", "budget", "limit", "measured", "verdict", "where"], words: [0, 1, 5])
        for judgement in judgements {
            let verdict =
                switch judgement.verdict {
                case .met: "met"
                case .missed: "**missed**"
                case .unknown: "unknown"
                }
            table.add([
                judgement.library, judgement.budget, judgement.limit, judgement.figure,
                (judgement.isUncertain ? "~" : "") + verdict, judgement.detail,
            ])
        }
        return """
            ### Budgets

            `~`: some rounds say otherwise.

            \(table.render())
            """
    }

    static func changes(_ changes: Changes) -> String {
        var parts = [
            "### Since the older run", "Change of each ratio; less is better. `~`: within the noise of the two runs.",
        ]
        parts += changes.warnings
        for (title, quantity) in [("time", Quantity.time), ("peak memory", .peakMemory)] {
            var table = MarkdownTable([title] + changes.allocators)
            let all = changes.changes(quantity)
            for row in changes.new.rows {
                let cells = changes.allocators.map { allocator in
                    all.first { $0.workload == row.workload && $0.allocator == allocator }?.text ?? ""
                }
                if cells.contains(where: { !$0.isEmpty }) { table.add([row.workload] + cells) }
            }
            table.add(
                ["**geometric mean**"]
                    + changes.allocators.map { allocator in
                        geometricMean(all.filter { $0.allocator == allocator }.map(\.factor))
                            .map(Change.percent) ?? ""
                    })
            parts.append(table.render())
        }
        return parts.joined(separator: "\n\n")
    }
}
