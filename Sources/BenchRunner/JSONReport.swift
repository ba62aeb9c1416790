// The report for programs: every run, so that charts, tables and comparisons can be made later without measuring.

import Foundation

struct JSONReport: Codable {
    /// Grows when a field changes its meaning.
    static let format = 1

    var format = Self.format
    let machine: Machine
    let isQuick: Bool
    /// The options that the libraries were given, if any.
    let bulwarkOptions: String?
    let allocators: [Results.Candidate]
    /// Instructions of one malloc(64) and free by allocator, if they were counted.
    let instructions: [String: Double]?
    let results: [Entry]
    let means: [MeanEntry]

    /// One allocator on one workload. Seconds and bytes; ratios to the reference.
    struct Entry: Codable {
        let workload: String
        let group: Group
        let metric: Metric
        let operations: Int
        let isPinned: Bool?
        let series: Series?
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

    init(_ results: Results) {
        machine = results.machine
        isQuick = results.isQuick
        bulwarkOptions = results.bulwarkOptions
        allocators = results.allocators
        instructions = results.instructions.isEmpty ? nil : results.instructions
        let comparison = results.comparison
        self.results = results.rows.flatMap { row in
            row.cells.map { Self.entry($0, row, comparison) }
        }
        means = Quantity.allCases.flatMap { quantity in
            comparison.groups.flatMap { group in
                results.allocators.compactMap { allocator in
                    comparison.mean(allocator.name, quantity, group).map {
                        MeanEntry(
                            group: group, quantity: quantity, allocator: allocator.name,
                            geometricMean: $0.value, workloads: $0.counted)
                    }
                }
            }
        }
    }

    private static func entry(_ cell: Cell, _ row: Row, _ comparison: Comparison) -> Entry {
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
            isPinned: row.isPinned, series: row.series, allocator: cell.allocator, runs: cell.runs,
            failure: cell.failure, time: figure(.time), peakMemory: figure(.peakMemory))
    }

    /// The runs alone: every figure above is computed again from them.
    func asResults() -> Results {
        var rows: [Row] = []
        for entry in results {
            let cell = Cell(allocator: entry.allocator, runs: entry.runs, failure: entry.failure)
            if let index = rows.firstIndex(where: { $0.workload == entry.workload }) {
                rows[index].cells.append(cell)
            } else {
                rows.append(
                    Row(
                        workload: entry.workload, group: entry.group, metric: entry.metric,
                        operations: entry.operations, isPinned: entry.isPinned ?? false, series: entry.series,
                        cells: [cell]))
            }
        }
        return Results(
            machine: machine, isQuick: isQuick, bulwarkOptions: bulwarkOptions, allocators: allocators,
            rows: rows, instructions: instructions ?? [:])
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    /// Throws a DecodingError unless the data is a report of this format.
    static func decoded(_ data: Data) throws -> JSONReport {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let report = try decoder.decode(JSONReport.self, from: data)
        guard report.format == format else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "format \(report.format)"))
        }
        return report
    }
}
