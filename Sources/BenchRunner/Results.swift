// What a run leaves, and all that a report needs: measured just now, or read back from a file.

import Foundation

struct Results {
    let machine: Machine
    let isQuick: Bool
    /// BULWARK_OPTIONS as the programs had it, if it was set.
    let bulwarkOptions: String?
    let allocators: [Candidate]
    let rows: [Row]
    /// Instructions of one malloc(64) and free by allocator; empty if they were not counted.
    var instructions: [String: Double] = [:]

    /// An allocator that was measured.
    struct Candidate: Codable, Equatable {
        let name: String
        let library: String
        let role: Allocator.Role
    }

    var comparison: Comparison {
        Comparison(rows: rows, peers: allocators.filter { $0.role == .peer }.map(\.name))
    }

    /// The counted runs of an allocator on a workload; where workloads differ, the most.
    var runs: Int { rows.flatMap(\.cells).map(\.runs.count).max() ?? 0 }

    var failures: [(workload: String, allocator: String, reason: String)] {
        rows.flatMap { row in
            row.cells.compactMap { cell in cell.failure.map { (row.workload, cell.allocator, $0) } }
        }
    }
}
