// What came of the rounds: by strategy and library. Read back from JSON, the same tables and chart come out.

import Foundation

struct AttackResults: Codable {
    /// Grows when a field changes its meaning.
    static let format = 1

    var format = Self.format
    let machine: Machine
    /// BULWARK_OPTIONS as the rounds had it, if it was set.
    let bulwarkOptions: String?
    let libraries: [Results.Candidate]
    var tallies: [Tally]

    /// How the rounds of one strategy against one library ended.
    struct Tally: Codable, Equatable {
        let strategy: String
        let library: String
        var success = 0
        /// Nothing was reached, nothing noticed; a round that hung too.
        var failed = 0
        /// The process was ended by abort, with a report as a rule.
        var reported = 0
        /// By a fault.
        var faulted = 0
        /// Rounds that the laboratory could not play.
        var broken = 0

        /// The rounds that count.
        var rounds: Int { success + failed + reported + faulted }
        var proportion: Proportion? { rounds > 0 ? Proportion(successes: success, trials: rounds) : nil }

        /// True if chance alone does not explain that the bound is passed.
        func isAbove(_ bound: Double) -> Bool { proportion.map { $0.lower > bound } ?? false }
    }

    func tally(_ strategy: Strategy, _ library: String) -> Tally? {
        tallies.first { $0.strategy == strategy.name && $0.library == library }
    }

    /// The strategies that were played, in the table's order.
    var strategies: [Strategy] { Strategy.all.filter { one in tallies.contains { $0.strategy == one.name } } }

    /// Bounds are secure's.
    static let judged = "secure"

    /// What is wrong: bounds that were passed, and rounds that could not be played.
    var faults: [String] {
        tallies.compactMap { tally in
            if tally.broken > 0 || tally.rounds == 0 {
                return "\(tally.strategy), \(tally.library): \(tally.broken) rounds could not be played"
            }
            guard tally.library == Self.judged, let strategy = Strategy.named(tally.strategy),
                tally.isAbove(strategy.bound), let proportion = tally.proportion
            else { return nil }
            return "\(tally.strategy), \(tally.library): \(proportion.text), bound \(strategy.boundText)"
        }
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    /// nil unless the data is such a report.
    init?(_ data: Data) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let results = try? decoder.decode(Self.self, from: data), results.format == Self.format else {
            return nil
        }
        self = results
    }

    init(machine: Machine, bulwarkOptions: String?, libraries: [Results.Candidate], tallies: [Tally] = []) {
        self.machine = machine
        self.bulwarkOptions = bulwarkOptions
        self.libraries = libraries
        self.tallies = tallies
    }
}
