// From runs to ratios: the reference of each workload, every allocator's ratio to it, and the means of the groups.
// Pure: no clock, no files.

/// One run's cost. Seconds and bytes.
struct Measurement: Codable, Equatable {
    var wallSeconds: Double
    var userSeconds: Double
    var systemSeconds: Double
    var peakBytes: Double
    /// What the workload printed about itself; nil if nothing.
    var figures: [Figure]?

    var cpuSeconds: Double { userSeconds + systemSeconds }

    /// From a line `figure NAME VALUE UNIT`: a percentile of latency, the memory left at the end.
    struct Figure: Codable, Equatable {
        let name: String
        let value: Double
        let unit: String
    }
}

/// What is compared.
enum Quantity: String, Codable, CaseIterable {
    case time
    case peakMemory
}

/// All counted runs of one allocator on one workload, by round.
struct Cell: Equatable {
    let allocator: String
    var runs: [Measurement] = []
    /// Why there are no ratios, if a run failed.
    var failure: String?

    /// The quantity's value in each round; nil if a run failed.
    func values(_ quantity: Quantity, _ metric: Metric) -> [Double]? {
        guard failure == nil, !runs.isEmpty else { return nil }
        return runs.map { run in
            switch (quantity, metric) {
            case (.peakMemory, _): run.peakBytes
            case (.time, .wall): run.wallSeconds
            case (.time, .cpu): run.cpuSeconds
            }
        }
    }
}

/// All allocators' runs on one workload.
struct Row: Equatable {
    let workload: String
    let group: Group
    let metric: Metric
    let operations: Int
    var isPinned = false
    var series: Series?
    var cells: [Cell]

    func values(_ allocator: String, _ quantity: Quantity) -> [Double]? {
        cells.first { $0.allocator == allocator }?.values(quantity, metric)
    }

    func spread(_ allocator: String, _ quantity: Quantity) -> Spread? {
        values(allocator, quantity).flatMap { Spread($0) }
    }
}

extension Row {
    /// A figure that a workload prints about itself, without its value.
    struct FigureName: Hashable {
        let name: String
        let unit: String
    }

    /// The figures that any run printed, in their order.
    var figureNames: [FigureName] {
        var names: [FigureName] = []
        for figure in cells.flatMap(\.runs).flatMap({ $0.figures ?? [] }) {
            let name = FigureName(name: figure.name, unit: figure.unit)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    func spread(_ allocator: String, _ figure: FigureName) -> Spread? {
        guard let cell = cells.first(where: { $0.allocator == allocator }), cell.failure == nil else { return nil }
        return Spread(
            cell.runs.compactMap { run in
                run.figures?.first { $0.name == figure.name && $0.unit == figure.unit }?.value
            })
    }
}

/// What a workload's ratios are taken against.
struct Reference: Equatable {
    /// The peer; two names with a plus if the median fell between two.
    let name: String
    /// Its value in each round; of two peers the mean.
    let rounds: [Double]
}

struct Comparison {
    let rows: [Row]
    /// The names of the allocators from which references are taken.
    let peers: [String]

    /// For time the fastest peer, by its median; for memory the peer in the middle. nil if all peers failed.
    func reference(_ row: Row, _ quantity: Quantity) -> Reference? {
        let sorted = peers.compactMap { peer in
            row.values(peer, quantity).flatMap { values in
                middle(of: values).map { (median: $0, reference: Reference(name: peer, rounds: values)) }
            }
        }
        .sorted { $0.median < $1.median }.map(\.reference)
        guard let first = sorted.first else { return nil }
        switch quantity {
        case .time:
            return first
        case .peakMemory:
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            if low == high { return low }
            return Reference(
                name: "\(low.name)+\(high.name)", rounds: zip(low.rounds, high.rounds).map { ($0 + $1) / 2 })
        }
    }

    func ratio(_ row: Row, _ allocator: String, _ quantity: Quantity) -> Ratio? {
        guard let runs = row.values(allocator, quantity), let reference = reference(row, quantity) else {
            return nil
        }
        return Ratio(of: runs, to: reference.rounds)
    }

    /// One allocator against another, instead of the reference.
    func ratio(_ row: Row, _ allocator: String, to other: String, _ quantity: Quantity) -> Ratio? {
        guard let runs = row.values(allocator, quantity), let reference = row.values(other, quantity) else {
            return nil
        }
        return Ratio(of: runs, to: reference)
    }

    /// A mean over a group, and over how many of its workloads: fewer than all if some failed.
    struct Mean: Equatable {
        let value: Double
        /// The means of the single rounds, least and most.
        let range: Spread
        let counted: Int
        let total: Int
    }

    /// The geometric mean of an allocator's ratios over a group; nil: over all groups that count.
    func mean(_ allocator: String, _ quantity: Quantity, _ group: Group?) -> Mean? {
        let chosen = rows.filter { $0.isCounted && (group == nil || $0.group == group) }
        let ratios = chosen.compactMap { ratio($0, allocator, quantity) }
        guard let value = geometricMean(ratios.map(\.value)) else { return nil }
        let rounds = (0..<(ratios.map(\.rounds.count).min() ?? 0)).compactMap { round in
            geometricMean(ratios.map { $0.rounds[round] })
        }
        return Mean(
            value: value, range: Spread(rounds) ?? Spread(least: value, median: value, most: value),
            counted: ratios.count, total: chosen.count)
    }

    /// The groups that have a mean in these rows; nil stands for all of them, and comes last.
    var groups: [Group?] {
        let present = Group.allCases.filter { group in rows.contains { $0.isCounted && $0.group == group } }
        return present.map(Optional.some) + (present.count > 1 ? [nil] : [])
    }
}

extension Row {
    /// Whether the row counts in means and in the budgets of single workloads. A point of a scaling series is drawn in
    /// that series instead, and the start of a process has a budget of its own.
    var isCounted: Bool { series == nil && !isStart }

    /// Whether it measures how long an empty process takes.
    var isStart: Bool { workload == "spawn" }
}
