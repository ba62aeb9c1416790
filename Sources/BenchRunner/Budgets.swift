// The budgets of the project's design, and whether a run meets them. Pure: figures in, verdicts out.

import Foundation

/// One line of the table of budgets.
struct Judgement: Equatable {
    enum Verdict: Equatable {
        case met, missed
        /// Not measured, or not on every workload.
        case unknown
    }

    let library: String
    let budget: String
    let limit: String
    let figure: String
    let verdict: Verdict
    /// Whether noise alone could turn the verdict: some of the rounds say otherwise.
    var isUncertain = false
    /// Where the budget is missed, or why nothing is known.
    var detail = ""

    static let notMeasured = "not measured"
}

struct Budgets {
    let results: Results
    private let comparison: Comparison

    init(_ results: Results) {
        self.results = results
        comparison = results.comparison
    }

    /// Every budget of the libraries that were measured, in the design's order.
    func judgements() -> [Judgement] {
        let names = results.allocators.map(\.name)
        return ["release", "secure", "debug"].filter(names.contains).flatMap { library in
            switch library {
            case "release":
                [
                    mean(library, .time, .realPrograms, 1.02), mean(library, .time, .mallocBound, 1.00),
                    each(library, "the reference", 1.5) { comparison.ratio($0, library, .time) },
                    each(library, "glibc", 1.10) { comparison.ratio($0, library, to: "glibc", .time) },
                    pair(library, 45), mean(library, .peakMemory, nil, 0.95), start(library, 60),
                ]
            case "secure":
                [mean(library, .time, .realPrograms, 1.10), mean(library, .time, .mallocBound, 1.25)]
                    + hardened.map { peer in
                        each(library, peer, 1.00) { comparison.ratio($0, library, to: peer, .time) }
                    }
                    + [
                        likeMimallocSecure(library), pair(library, 110), mean(library, .peakMemory, nil, 1.10),
                        start(library, 100),
                    ]
            default: debug(library)
            }
        }
    }

    /// What debug may cost depends on whether the run left the stacks of blocks out.
    private func debug(_ library: String) -> [Judgement] {
        let options = (results.bulwarkOptions ?? "").split(separator: ":")
        guard options.contains("block_stacks=0") || options.contains("unwinder=off") else {
            return [mean(library, .time, .realPrograms, 4, note: "with stacks")]
        }
        return [
            mean(library, .time, .realPrograms, 2, note: "without stacks"),
            mean(library, .time, .mallocBound, 4, note: "without stacks"),
        ]
    }

    /// The allocators that secure may never be slower than; Scudo is always on the list, measured or not.
    private var hardened: [String] {
        let measured = results.allocators.filter { $0.role == .hardened }.map(\.name)
        return measured.contains("scudo") ? measured : ["scudo"] + measured
    }

    /// A geometric mean, over a group or all of them, at most `limit`.
    private func mean(
        _ library: String, _ quantity: Quantity, _ group: Group?, _ limit: Double, note: String? = nil
    ) -> Judgement {
        let what = quantity == .peakMemory ? "peak memory" : group?.rawValue ?? "time"
        let budget = "\(what), geometric mean" + (note.map { ", \($0)" } ?? "")
        guard let mean = comparison.mean(library, quantity, group) else {
            return unmeasured(library, budget, "≤ \(ratio(limit))")
        }
        let isWhole = mean.counted == mean.total
        return Judgement(
            library: library, budget: budget, limit: "≤ \(ratio(limit))",
            figure: "\(ratio(mean.value)), \(ratio(mean.range.least))–\(ratio(mean.range.most))",
            verdict: mean.value > limit ? .missed : isWhole ? .met : .unknown,
            isUncertain: mean.range.straddles(limit),
            detail: isWhole ? "" : "only \(mean.counted) of \(mean.total) workloads ran")
    }

    /// Every single workload's time at most `limit` times another's.
    private func each(_ library: String, _ other: String, _ limit: Double, _ ratioOf: (Row) -> Ratio?) -> Judgement {
        let budget = limit == 1 ? "no workload slower than \(other)" : "every workload, time against \(other)"
        return bounded(library, budget, "≤ \(ratio(limit))") { row in ratioOf(row).map { ($0, limit) } }
    }

    /// What mimalloc2's secure build costs against its fast one, by the design's table, on the like of these workloads.
    static let mimallocSecure: [(pattern: String, limit: Double)] = [
        ("loop-*-lifo", 2.04), ("larson-*", 3.34), ("crossfree-*", 2.54), ("python-malloc*", 1.33), ("lua*", 1.29),
        ("clang*", 1.19), ("redis*", 1.16),
    ]

    private func likeMimallocSecure(_ library: String) -> Judgement {
        bounded(library, "time against mimalloc2, like its secure build's", "≤ 1.16–3.34", isWhole: false) { row in
            guard let limit = Self.mimallocSecure.first(where: { matches(row.workload, $0.pattern) })?.limit,
                let ratio = comparison.ratio(row, library, to: "mimalloc2", .time)
            else { return nil }
            return (ratio, limit)
        }
    }

    /// One judgement over workloads that each have a limit; the figure is that of the worst, relative to its limit.
    ///
    /// - Parameter isWhole: whether a workload without a ratio leaves the verdict open.
    private func bounded(
        _ library: String, _ budget: String, _ limit: String, isWhole: Bool = true,
        _ ratioAndLimit: (Row) -> (ratio: Ratio, limit: Double)?
    ) -> Judgement {
        let rows = comparison.rows.filter(\.isCounted)
        let judged = rows.compactMap { row in ratioAndLimit(row).map { (row: row, ratio: $0.ratio, limit: $0.limit) }
        }
        guard let worst = judged.max(by: { $0.ratio.value / $0.limit < $1.ratio.value / $1.limit }) else {
            return unmeasured(library, budget, limit)
        }
        let missing = isWhole ? rows.count - judged.count : 0
        let over = judged.filter { $0.ratio.value > $0.limit }.sorted { $0.ratio.value > $1.ratio.value }
        let details = over.map {
            "\($0.row.workload) \($0.ratio.range.straddles($0.limit) ? "~" : "")\(ratio($0.ratio.value))"
        }
        return Judgement(
            library: library, budget: budget, limit: limit,
            figure: over.isEmpty ? "worst \(ratio(worst.ratio.value))" : "\(over.count) of \(judged.count) over",
            verdict: !over.isEmpty ? .missed : missing == 0 ? .met : .unknown,
            isUncertain: over.isEmpty
                ? judged.contains { $0.ratio.range.straddles($0.limit) }
                : over.allSatisfy { $0.ratio.range.straddles($0.limit) },
            detail: (details + (missing == 0 ? [] : ["\(missing) without a ratio"])).joined(separator: ", "))
    }

    private func pair(_ library: String, _ limit: Double) -> Judgement {
        let budget = "malloc(64) and free, instructions"
        guard let count = results.instructions[library] else {
            return unmeasured(library, budget, String(format: "≤ %.0f", limit))
        }
        return Judgement(
            library: library, budget: budget, limit: String(format: "≤ %.0f", limit),
            figure: String(format: "%.1f", count), verdict: count > limit ? .missed : .met)
    }

    /// The start of an empty process, in microseconds above glibc's.
    private func start(_ library: String, _ limit: Double) -> Judgement {
        let budget = "start of an empty process, µs above glibc"
        let text = String(format: "≤ +%.0f", limit)
        guard let row = comparison.rows.first(where: { $0.isStart }),
            let own = row.values(library, .time), let plain = row.values("glibc", .time),
            let median = middle(of: own), let base = middle(of: plain),
            let rounds = Spread(zip(own, plain).map { ($0 - $1) / Double(row.operations) * 1e6 })
        else { return unmeasured(library, budget, text) }
        let figure = (median - base) / Double(row.operations) * 1e6
        return Judgement(
            library: library, budget: budget, limit: text,
            figure: String(format: "%+.0f, %+.0f – %+.0f", figure, rounds.least, rounds.most),
            verdict: figure > limit ? .missed : .met, isUncertain: rounds.straddles(limit))
    }

    private func unmeasured(_ library: String, _ budget: String, _ limit: String) -> Judgement {
        Judgement(
            library: library, budget: budget, limit: limit, figure: "–", verdict: .unknown,
            detail: Judgement.notMeasured)
    }

    private func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
}

extension Spread {
    /// Whether some runs keep to a limit and others do not.
    func straddles(_ limit: Double) -> Bool { least <= limit && limit < most }
}
