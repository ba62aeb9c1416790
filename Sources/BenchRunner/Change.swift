// How ratios changed since an older file of results: ratios, not seconds, so the machine's own mood mostly cancels.

import Foundation

/// One allocator's ratio on one workload, then and now.
struct Change: Equatable {
    let workload: String
    let allocator: String
    let quantity: Quantity
    let old: Ratio
    let new: Ratio

    /// Above 1 is worse than before.
    var factor: Double { new.value / old.value }

    /// Whether no round then was like any round now, so that the change is hardly chance.
    var isBeyondNoise: Bool { !new.range.overlaps(old.range) }

    /// "+3.1 %", with "~" in front where it may be chance.
    var text: String { (isBeyondNoise ? "" : "~") + Self.percent(factor) }

    static func percent(_ factor: Double) -> String { String(format: "%+.1f %%", (factor - 1) * 100) }
}

struct Changes {
    let old: Results
    let new: Results

    /// The allocators whose changes are of interest: the project's own; without any, all that are not peers.
    var allocators: [String] {
        let known = Set(old.allocators.map(\.name))
        let common = new.allocators.filter { known.contains($0.name) }
        let own = common.filter { $0.role == .own }
        return (own.isEmpty ? common.filter { $0.role != .peer } : own).map(\.name)
    }

    /// By workload in the new file's order; only where both files have a ratio.
    func changes(_ quantity: Quantity) -> [Change] {
        let (then, now) = (old.comparison, new.comparison)
        return new.rows.flatMap { row in
            allocators.compactMap { allocator in
                guard let before = old.rows.first(where: { $0.workload == row.workload }),
                    let oldRatio = then.ratio(before, allocator, quantity),
                    let newRatio = now.ratio(row, allocator, quantity)
                else { return nil }
                return Change(
                    workload: row.workload, allocator: allocator, quantity: quantity, old: oldRatio,
                    new: newRatio)
            }
        }
    }

    /// The changes for the worse by more than `percent`, beyond noise.
    func regressions(above percent: Double) -> [Change] {
        Quantity.allCases.flatMap { changes($0) }.filter { $0.isBeyondNoise && ($0.factor - 1) * 100 > percent }
    }

    /// What makes the two files less comparable, a sentence each.
    var warnings: [String] {
        var found: [String] = []
        if old.machine.processor != new.machine.processor || old.machine.cores != new.machine.cores {
            found.append(
                "The old runs were made on another machine: \(old.machine.processor), \(old.machine.cores) cores.")
        }
        if old.isQuick != new.isQuick { found.append("One of the two runs was quick, the other was not.") }
        if old.bulwarkOptions != new.bulwarkOptions { found.append("BULWARK_OPTIONS differed.") }
        let known = Set(old.rows.map(\.workload))
        let added = new.rows.map(\.workload).filter { !known.contains($0) }
        if !added.isEmpty { found.append("Not in the old file: \(added.joined(separator: ", ")).") }
        return found
    }
}
