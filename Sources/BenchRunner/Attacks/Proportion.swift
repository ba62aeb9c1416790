// How often something happened, and how well that is known: E. B. Wilson's interval (1927), which is right near 0 and 1 too.

import Foundation

struct Proportion: Equatable {
    let successes: Int
    /// Above 0.
    let trials: Int

    var rate: Double { Double(successes) / Double(trials) }

    /// The 95 % interval.
    var lower: Double { successes == 0 ? 0 : max(0, middle - margin) }
    var upper: Double { successes == trials ? 1 : min(1, middle + margin) }

    /// The normal distribution's 97.5 % point.
    private static let z = 1.959963984540054
    private var scale: Double { 1 + Self.z * Self.z / Double(trials) }
    private var middle: Double { (rate + Self.z * Self.z / (2 * Double(trials))) / scale }
    private var margin: Double {
        let count = Double(trials)
        return Self.z * (rate * (1 - rate) / count + Self.z * Self.z / (4 * count * count)).squareRoot() / scale
    }

    /// "3.1 % (2.4–3.9)"; at the ends the one limit that says something.
    var text: String {
        if successes == 0 { return "0 % (< \(Percent.number(upper)))" }
        if successes == trials { return "100 % (> \(Percent.number(lower)))" }
        return "\(Percent.number(rate)) % (\(Percent.number(lower))–\(Percent.number(upper)))"
    }
}

enum Percent {
    /// Two digits that count, and no more than two decimals; never and always have none.
    static func number(_ share: Double) -> String {
        if share == 0 || share == 1 { return share == 0 ? "0" : "100" }
        let percent = share * 100
        let isNearEnd = percent < 0.995 || percent > 99.9
        return String(format: isNearEnd ? "%.2f" : percent < 9.95 || percent > 99 ? "%.1f" : "%.0f", percent)
    }
    static func text(_ share: Double) -> String { "\(number(share)) %" }
}
