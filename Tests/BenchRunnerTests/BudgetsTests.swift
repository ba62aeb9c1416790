// Verdicts on figures made for them.

import Testing

@testable import bulwark_bench

@Suite struct BudgetsTests {
    /// One workload of each group, on which the peers and glibc take one second.
    private func judge(
        _ library: String, _ seconds: [Double], others: [Cell] = [], options: String? = nil
    ) -> [Judgement] {
        let base = ["mimalloc2", "tcmalloc", "jemalloc", "glibc"].map { cell($0, [1, 1, 1]) }
        return Budgets(
            results(
                [
                    row("loop-1-lifo", base + others + [cell(library, seconds)]),
                    row("sqlite", base + others + [cell(library, seconds)], .realPrograms),
                ], options: options)
        ).judgements()
    }

    private func judgement(_ all: [Judgement], _ word: String) throws -> Judgement {
        try #require(all.first { $0.budget.contains(word) })
    }

    @Test func meansAreJudgedByTheirGroup() throws {
        let all = judge("release", [1.01, 1.01, 1.01])
        #expect(try judgement(all, "real programs").verdict == .met)
        #expect(try judgement(all, "malloc-bound").verdict == .missed)
        #expect(try !judgement(all, "malloc-bound").isUncertain)
        #expect(try judgement(all, "peak memory").verdict == .missed)
    }

    @Test func roundsOnBothSidesOfTheLimitMakeAVerdictUncertain() throws {
        let met = try judgement(judge("secure", [1.0, 1.05, 1.3]), "real programs")
        #expect(met.verdict == .met && met.isUncertain)
        let missed = try judgement(judge("secure", [1.0, 1.2, 1.3]), "real programs")
        #expect(missed.verdict == .missed && missed.isUncertain)
    }

    @Test func singleWorkloadsAreNamed() throws {
        let all = judge("release", [1.6, 1.6, 1.6])
        let single = try judgement(all, "against the reference")
        #expect(single.verdict == .missed)
        #expect(single.figure == "2 of 2 over")
        #expect(single.detail == "loop-1-lifo 1.60, sqlite 1.60")
        #expect(try judgement(all, "against glibc").verdict == .missed)
        #expect(try judgement(judge("release", [1.05, 1.05, 1.05]), "against glibc").verdict == .met)
    }

    /// Debug has another limit with the stacks of blocks, which the run's options tell.
    @Test func debugsLimitDependsOnStacks() throws {
        let without = judge("debug", [3, 3, 3], options: "sample_rate=0:block_stacks=0")
        #expect(try judgement(without, "real programs, geometric mean, without stacks").verdict == .missed)
        #expect(try judgement(without, "malloc-bound, geometric mean, without stacks").verdict == .met)
        let with = judge("debug", [3, 3, 3], options: "sample_rate=0")
        #expect(with.count == 1)
        #expect(try judgement(with, "real programs, geometric mean, with stacks").verdict == .met)
        #expect(try judgement(judge("debug", [5, 5, 5]), "with stacks").verdict == .missed)
    }

    @Test func secureIsHeldAgainstEveryHardenedAllocator() throws {
        let others = [cell("scudo", [2, 2, 2]), cell("mimalloc2-secure", [1, 1, 1])]
        let all = judge("secure", [1.5, 1.5, 1.5], others: others)
        #expect(try judgement(all, "slower than scudo").verdict == .met)
        #expect(try judgement(all, "slower than mimalloc2-secure").verdict == .missed)
        #expect(try judgement(all, "like its secure build").verdict == .met)
        #expect(try judgement(judge("secure", [1, 1, 1]), "slower than scudo").verdict == .unknown)
    }

    @Test func aWorkloadThatFailedLeavesNoBudgetMet() throws {
        let base = ["mimalloc2", "tcmalloc", "jemalloc", "glibc"].map { cell($0, [1]) }
        let all = Budgets(
            results([
                row("a", base + [cell("release", [0.5])]),
                row("b", base + [cell("release", [], failure: "signal 11")]),
            ])
        ).judgements()
        #expect(try judgement(all, "malloc-bound").verdict == .unknown)
        #expect(try judgement(all, "against the reference").verdict == .unknown)
        #expect(try judgement(all, "against the reference").detail == "1 without a ratio")
    }

    @Test func instructionsAndStartHaveFixedLimits() throws {
        let base = ["mimalloc2", "tcmalloc", "jemalloc"].map { cell($0, [1, 1]) }
        var all = results([
            row("spawn", base + [cell("glibc", [1, 1]), cell("release", [1.04, 1.07])], operations: 1000)
        ])
        all.instructions = ["release": 45.04]
        let judged = Budgets(all).judgements()
        #expect(try judgement(judged, "instructions").verdict == .missed)
        let start = try judgement(judged, "start")
        #expect(start.verdict == .met)
        #expect(start.isUncertain)
        #expect(start.figure == "+55, +40 – +70")
        #expect(try judgement(judged, "malloc-bound").detail == Judgement.notMeasured)
    }

    @Test func onlyOwnLibrariesHaveBudgets() {
        #expect(Budgets(results([row("w", [cell("mimalloc2", [1])])])).judgements().isEmpty)
    }
}
