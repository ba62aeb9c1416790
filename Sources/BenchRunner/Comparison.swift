// From runs to ratios: the reference of each workload, every allocator's ratio to it, and the means of the groups.
// Pure: no clock, no files.

/// One run's cost. Seconds and bytes.
struct Measurement: Codable, Equatable {
    var wallSeconds: Double
    var userSeconds: Double
    var systemSeconds: Double
    var peakBytes: Double

    var cpuSeconds: Double { userSeconds + systemSeconds }
}

/// What is compared.
enum Quantity: String, Codable, CaseIterable {
    case time
    case peakMemory
}

/// All counted runs of one allocator on one workload.
struct Cell {
    let allocator: String
    var runs: [Measurement] = []
    /// Why there are no ratios, if a run failed.
    var failure: String?

    func spread(_ quantity: Quantity, _ metric: Metric) -> Spread? {
        guard failure == nil else { return nil }
        return Spread(
            runs.map { run in
                switch (quantity, metric) {
                case (.peakMemory, _): run.peakBytes
                case (.time, .wall): run.wallSeconds
                case (.time, .cpu): run.cpuSeconds
                }
            })
    }
}

/// All allocators' runs on one workload.
struct Row {
    let workload: String
    let group: Group
    let metric: Metric
    let operations: Int
    var cells: [Cell]

    func spread(_ allocator: String, _ quantity: Quantity) -> Spread? {
        cells.first { $0.allocator == allocator }?.spread(quantity, metric)
    }
}

/// What a workload's ratios are taken against.
struct Reference: Equatable {
    /// The peer; two names with a plus if the median fell between two.
    let name: String
    let runs: Spread
}

struct Comparison {
    let rows: [Row]
    /// The names of the allocators from which references are taken.
    let peers: [String]

    /// For time the fastest peer, by its median; for memory the peer in the middle. nil if all peers failed.
    func reference(_ row: Row, _ quantity: Quantity) -> Reference? {
        let sorted =
            peers.compactMap { peer in row.spread(peer, quantity).map { Reference(name: peer, runs: $0) } }
            .sorted { $0.runs.median < $1.runs.median }
        guard let first = sorted.first else { return nil }
        switch quantity {
        case .time:
            return first
        case .peakMemory:
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            if low == high { return low }
            return Reference(
                name: "\(low.name)+\(high.name)",
                runs: Spread(
                    least: min(low.runs.least, high.runs.least),
                    median: (low.runs.median + high.runs.median) / 2,
                    most: max(low.runs.most, high.runs.most)))
        }
    }

    func ratio(_ row: Row, _ allocator: String, _ quantity: Quantity) -> Ratio? {
        guard let runs = row.spread(allocator, quantity), let reference = reference(row, quantity) else {
            return nil
        }
        return Ratio(of: runs, to: reference.runs)
    }

    /// A mean over a group, and over how many of its workloads: fewer than all if some failed.
    struct Mean: Equatable {
        let value: Double
        let counted: Int
        let total: Int
    }

    /// The geometric mean of an allocator's ratios over a group (nil: over all workloads).
    func mean(_ allocator: String, _ quantity: Quantity, _ group: Group?) -> Mean? {
        let chosen = rows.filter { group == nil || $0.group == group }
        let ratios = chosen.compactMap { ratio($0, allocator, quantity)?.value }
        return geometricMean(ratios).map { Mean(value: $0, counted: ratios.count, total: chosen.count) }
    }
}
