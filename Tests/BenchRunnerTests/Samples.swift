// Small made-up results, so that each test says only what matters to it.

import Foundation

@testable import bulwark_bench

/// An allocator's runs: seconds by round, and the same memory in each.
func cell(_ name: String, _ seconds: [Double], bytes: Double = 1_048_576, failure: String? = nil) -> Cell {
    Cell(
        allocator: name,
        runs: seconds.map {
            Measurement(wallSeconds: $0, userSeconds: $0, systemSeconds: 0, peakBytes: bytes)
        },
        failure: failure)
}

func row(_ name: String, _ cells: [Cell], _ group: Group = .mallocBound, operations: Int = 1) -> Row {
    Row(workload: name, group: group, metric: .wall, operations: operations, cells: cells)
}

/// Results whose allocators are those of the first row, with the roles that go with their names.
func results(_ rows: [Row], isQuick: Bool = false, options: String? = nil) -> Results {
    Results(
        machine: Machine(
            processor: "P", cores: 2, kernel: "6", load: 0, date: Date(timeIntervalSince1970: 1_000_000)),
        isQuick: isQuick, bulwarkOptions: options,
        allocators: (rows.first?.cells ?? []).map {
            Results.Candidate(name: $0.allocator, library: "/x", role: Allocator.role(ofName: $0.allocator))
        },
        rows: rows)
}
