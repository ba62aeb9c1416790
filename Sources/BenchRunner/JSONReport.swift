// The report for programs: every run, so that a later tool can draw or compare without measuring again.

import Foundation

struct JSONReport: Codable {
    /// Grows when a field changes its meaning.
    var format = 1
    let machine: Machine
    let isQuick: Bool
    /// The options that the libraries were given, if any.
    let bulwarkOptions: String?
    let allocators: [AllocatorEntry]
    let results: [Entry]
    let means: [MeanEntry]

    struct AllocatorEntry: Codable {
        let name: String
        let library: String
        let role: Allocator.Role
    }

    /// One allocator on one workload. Seconds and bytes; ratios to the reference.
    struct Entry: Codable {
        let workload: String
        let group: Group
        let metric: Metric
        let operations: Int
        let allocator: String
        let runs: [Measurement]
        let failure: String?
        let time: Figure?
        let peakMemory: Figure?
    }

    struct Figure: Codable {
        let median: Double
        let least: Double
        let most: Double
        let reference: String?
        let ratio: Double?
        let isUncertain: Bool?
    }

    struct MeanEntry: Codable {
        /// nil: over all workloads.
        let group: Group?
        let quantity: Quantity
        let allocator: String
        let geometricMean: Double
        let workloads: Int
    }

    init(_ comparison: Comparison, _ allocators: [Allocator], _ machine: Machine, isQuick: Bool) {
        self.machine = machine
        self.isQuick = isQuick
        bulwarkOptions = ProcessInfo.processInfo.environment["BULWARK_OPTIONS"]
        self.allocators = allocators.map { AllocatorEntry(name: $0.name, library: $0.library, role: $0.role) }
        results = comparison.rows.flatMap { row in
            row.cells.map { cell in
                func figure(_ quantity: Quantity) -> Figure? {
                    guard let spread = row.spread(cell.allocator, quantity) else { return nil }
                    let ratio = comparison.ratio(row, cell.allocator, quantity)
                    return Figure(
                        median: spread.median, least: spread.least, most: spread.most,
                        reference: comparison.reference(row, quantity)?.name, ratio: ratio?.value,
                        isUncertain: ratio?.isUncertain)
                }
                return Entry(
                    workload: row.workload, group: row.group, metric: row.metric, operations: row.operations,
                    allocator: cell.allocator, runs: cell.runs, failure: cell.failure, time: figure(.time),
                    peakMemory: figure(.peakMemory))
            }
        }
        means = Quantity.allCases.flatMap { quantity in
            (Group.allCases.map(Optional.some) + [nil]).flatMap { group in
                allocators.compactMap { allocator in
                    comparison.mean(allocator.name, quantity, group).map {
                        MeanEntry(
                            group: group, quantity: quantity, allocator: allocator.name,
                            geometricMean: $0.value,
                            workloads: $0.counted)
                    }
                }
            }
        }
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }
}
