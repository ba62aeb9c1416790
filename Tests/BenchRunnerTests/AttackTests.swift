// The attack laboratory's arithmetic, verdicts and output, without playing a round.

import Foundation
import FoundationXML
import Testing

@testable import bulwark_bench

@Suite struct AttackTests {
    private func results(_ tallies: [AttackResults.Tally]) -> AttackResults {
        AttackResults(
            machine: Machine(processor: "P", cores: 1, kernel: "6", load: 0, date: Date(timeIntervalSince1970: 0)),
            bulwarkOptions: nil,
            libraries: ["glibc", "secure"].map {
                Results.Candidate(name: $0, library: "/\($0).so", role: $0 == "secure" ? .own : .other)
            },
            tallies: tallies)
    }

    private func tally(_ strategy: String, _ library: String, success: Int, failed: Int, broken: Int = 0)
        -> AttackResults.Tally
    {
        AttackResults.Tally(strategy: strategy, library: library, success: success, failed: failed, broken: broken)
    }

    /// Wilson's limits for 0, 1 and 5 of 10, from the formula by hand.
    @Test func intervals() {
        let none = Proportion(successes: 0, trials: 10)
        #expect(none.lower == 0 && abs(none.upper - 0.2775) < 0.0001)
        let one = Proportion(successes: 1, trials: 10)
        #expect(abs(one.lower - 0.0179) < 0.0001 && abs(one.upper - 0.4042) < 0.0001)
        let half = Proportion(successes: 5, trials: 10)
        #expect(abs(half.lower - 0.2366) < 0.0001 && abs(half.upper - 0.7634) < 0.0001)
        let all = Proportion(successes: 10, trials: 10)
        #expect(all.upper == 1 && abs(all.lower - 0.7225) < 0.0001)
    }

    @Test func rates() {
        #expect(Proportion(successes: 0, trials: 10).text == "0 % (< 28)")
        #expect(Proportion(successes: 10, trials: 10).text == "100 % (> 72)")
        #expect(Proportion(successes: 5, trials: 10).text == "50 % (24–76)")
    }

    @Test func namesAreUniqueAndBoundsShares() {
        #expect(Set(Strategy.all.map(\.name)).count == Strategy.all.count)
        #expect(Strategy.all.allSatisfy { (0...1).contains($0.bound) && !$0.arithmetic.isEmpty && $0.weight > 0 })
        #expect(Strategy.named("canary-guess")?.boundText == "2^-47")
        #expect(Strategy.named("adjacent")?.bound == 1.0 / 32)
    }

    /// One success is too many where none is promised; a few more than the bound may be chance; other libraries are not judged.
    @Test func verdicts() {
        #expect(results([tally("double-free", "secure", success: 0, failed: 100)]).faults.isEmpty)
        #expect(results([tally("double-free", "secure", success: 1, failed: 9999)]).faults.count == 1)
        #expect(results([tally("double-free", "glibc", success: 100, failed: 0)]).faults.isEmpty)
        #expect(results([tally("adjacent", "secure", success: 4, failed: 96)]).faults.isEmpty)
        #expect(results([tally("adjacent", "secure", success: 20, failed: 80)]).faults.count == 1)
        #expect(results([tally("reuse-1000", "secure", success: 100, failed: 0)]).faults.isEmpty)
        #expect(results([tally("adjacent", "glibc", success: 9, failed: 0, broken: 1)]).faults.count == 1)
    }

    @Test func countsAreRead() {
        let text = "success 1\nfailed 2\nreported 3\nfaulted 4\nstuck 5\nbroken 6\n"
        let tally = Laboratory.tally(text, "poison", "secure")
        #expect(tally?.success == 1 && tally?.failed == 7 && tally?.reported == 3 && tally?.faulted == 4)
        #expect(tally?.broken == 6 && tally?.rounds == 15)
        #expect(Laboratory.tally("success 1\n", "poison", "secure") == nil)
    }

    @Test func recordsAreReadBack() throws {
        let before = results([tally("poison", "glibc", success: 3, failed: 4)])
        let after = try #require(AttackResults(before.encoded()))
        #expect(after.tallies == before.tallies && after.libraries == before.libraries)
        #expect(AttackResults(Data("{}".utf8)) == nil)
    }

    @Test func tableAndChart() {
        let some = results([
            tally("poison", "glibc", success: 10, failed: 0),
            tally("canary-equations", "secure", success: 0, failed: 10),
        ])
        let table = AttackReport(results: some).rates()
        #expect(table.contains("| `poison` ") && table.contains("100 % (> 72)") && table.contains(" – "))
        let parser = XMLParser(data: Data(AttackChart(results: some).render().utf8))
        #expect(parser.parse())
    }
}
