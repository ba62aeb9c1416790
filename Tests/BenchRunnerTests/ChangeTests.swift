// Old results against new ones: what changed, and what is only noise.

import Testing

@testable import bulwark_bench

@Suite struct ChangeTests {
    private func changes(_ old: [Double], _ new: [Double]) -> Changes {
        func all(_ runs: [Double]) -> Results {
            results([row("w", [cell("mimalloc2", [1, 1, 1]), cell("release", runs)])])
        }
        return Changes(old: all(old), new: all(new))
    }

    @Test func aRiseBeyondAllRoundsIsARegression() throws {
        let all = changes([1, 1.05, 1.1], [1.2, 1.26, 1.3])
        let change = try #require(all.changes(.time).first)
        #expect(abs(change.factor - 1.2) < 1e-12)
        #expect(change.isBeyondNoise)
        #expect(change.text == "+20.0 %")
        #expect(all.regressions(above: 15).count == 1)
        #expect(all.regressions(above: 25).isEmpty)
    }

    @Test func whatOverlapsIsNoise() throws {
        let all = changes([1, 1.05, 1.4], [1.2, 1.26, 1.3])
        #expect(try #require(all.changes(.time).first).text == "~+20.0 %")
        #expect(all.regressions(above: 1).isEmpty)
    }

    @Test func aFallIsNoRegression() {
        #expect(changes([2, 2, 2], [1, 1, 1]).regressions(above: 0).isEmpty)
    }

    @Test func onlyWhatBothFilesHaveIsCompared() {
        let old = results([row("w", [cell("mimalloc2", [1]), cell("release", [1])])])
        let new = results(
            [
                row("new", [cell("mimalloc2", [1]), cell("release", [1]), cell("secure", [1])]),
                row("w", [cell("mimalloc2", [1]), cell("release", [1], failure: "x"), cell("secure", [1])]),
            ], isQuick: true)
        let all = Changes(old: old, new: new)
        #expect(all.allocators == ["release"])
        #expect(all.changes(.time).isEmpty)
        #expect(all.warnings.contains { $0.contains("quick") })
        #expect(all.warnings.contains { $0.contains("new") })
    }

    @Test func withoutOwnLibrariesTheOthersAreCompared() {
        let all = results([row("w", [cell("mimalloc2", [1]), cell("glibc", [1])])])
        #expect(Changes(old: all, new: all).allocators == ["glibc"])
    }
}
