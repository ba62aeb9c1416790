// References, ratios and means over a small table of runs.

import Testing

@testable import bulwark_bench

@Suite struct ComparisonTests {
    private func comparison(_ cells: [Cell]) -> Comparison {
        Comparison(rows: [row("w", cells)], peers: ["a", "b", "c"])
    }

    private func cell(_ name: String, _ seconds: Double, _ bytes: Double, failure: String? = nil) -> Cell {
        BenchRunnerTests.cell(name, [seconds], bytes: bytes, failure: failure)
    }

    @Test func timeIsAgainstTheFastestAndMemoryAgainstTheMiddlePeer() {
        let all = comparison([cell("a", 3, 10), cell("b", 2, 30), cell("c", 4, 20), cell("x", 1, 40)])
        #expect(all.reference(all.rows[0], .time)?.name == "b")
        #expect(all.reference(all.rows[0], .peakMemory)?.name == "c")
        #expect(all.ratio(all.rows[0], "x", .time) == Ratio(of: [1], to: [2]))
        #expect(all.ratio(all.rows[0], "x", .peakMemory)?.value == 2)
    }

    @Test func aFailedPeerIsNoReference() {
        let all = comparison([cell("a", 3, 10), cell("b", 2, 30, failure: "signal 11"), cell("c", 4, 20)])
        #expect(all.reference(all.rows[0], .time)?.name == "a")
        #expect(all.reference(all.rows[0], .peakMemory)?.rounds == [15])
        #expect(all.ratio(all.rows[0], "b", .time) == nil)
        #expect(all.mean("b", .time, .mallocBound) == nil)
        #expect(all.mean("a", .time, .realPrograms) == nil)
    }

    @Test func meansLeaveOutSeriesAndTheStartOfProcesses() {
        let cells = [cell("a", 1, 1), cell("x", 3, 1)]
        var point = row("live-1", cells)
        point.series = Series(name: "live", x: 1)
        let all = Comparison(
            rows: [point, row("spawn", cells), row("w", [cell("a", 1, 1), cell("x", 2, 1)])], peers: ["a"])
        #expect(all.mean("x", .time, nil)?.value == 2)
        #expect(all.mean("x", .time, nil)?.total == 1)
    }

    @Test func aMeanHasTheSpreadOfItsRounds() throws {
        let all = Comparison(
            rows: [
                row("u", [BenchRunnerTests.cell("a", [1, 1, 1]), BenchRunnerTests.cell("x", [1, 2, 4])]),
                row("v", [BenchRunnerTests.cell("a", [1, 1, 1]), BenchRunnerTests.cell("x", [4, 2, 4])]),
            ], peers: ["a"])
        let mean = try #require(all.mean("x", .time, .mallocBound))
        #expect(abs(mean.value - 8.squareRoot()) < 1e-12)
        #expect(abs(mean.range.least - 2) < 1e-12)
        #expect(abs(mean.range.most - 4) < 1e-12)
        #expect(all.groups == [.mallocBound])
    }

    @Test func aFailureLeavesTheWorkloadOutOfTheMean() {
        let all = Comparison(
            rows: [
                row("u", [cell("a", 1, 1), cell("x", 2, 1)]),
                row("v", [cell("a", 1, 1), cell("x", 9, 1, failure: "signal 6")]),
            ], peers: ["a"])
        #expect(all.mean("x", .time, nil)?.counted == 1)
        #expect(all.mean("x", .time, nil)?.total == 2)
    }
}
