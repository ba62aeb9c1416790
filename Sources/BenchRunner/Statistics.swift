// The arithmetic of the reports: pure functions over numbers.

import Foundation

/// The smallest, middle and largest of some runs, all in the runs' unit.
struct Spread: Equatable {
    let least: Double
    let median: Double
    let most: Double

    /// nil if there are no values.
    init?(_ values: [Double]) {
        guard let least = values.min(), let most = values.max(), let median = middle(of: values) else {
            return nil
        }
        self.init(least: least, median: median, most: most)
    }

    init(least: Double, median: Double, most: Double) {
        self.least = least
        self.median = median
        self.most = most
    }

    /// Whether the two ranges of runs have a point in common, so that their order may be chance.
    func overlaps(_ other: Spread) -> Bool {
        least <= other.most && other.least <= most
    }
}

/// The middle value, or the mean of the two in the middle; nil if there are none.
func middle(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The geometric mean; nil if there are no values or one is not above zero.
func geometricMean(_ values: [Double]) -> Double? {
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return nil }
    return exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
}

/// One allocator's runs against the reference's, which were made in the same rounds.
struct Ratio: Equatable {
    /// Median against median; above 1 is more time or memory than the reference.
    let value: Double
    /// The ratio in each round by itself: runs that were neighbours in time, so a slow minute hits both.
    let rounds: [Double]
    /// Whether the runs overlap with the reference's, so that the ratio may be chance.
    let isUncertain: Bool

    /// nil if there are no runs, or a run of the reference is not above zero.
    init?(of runs: [Double], to reference: [Double]) {
        guard let own = Spread(runs), let other = Spread(reference), other.least > 0 else { return nil }
        value = own.median / other.median
        rounds = zip(runs, reference).map { $0 / $1 }
        isUncertain = own.overlaps(other)
    }

    /// The least and the most of the rounds.
    var range: Spread { Spread(rounds) ?? Spread(least: value, median: value, most: value) }
}
