// References, ratios and means over a small table of runs.

import Testing

@testable import bulwark_bench

@Suite struct ComparisonTests {
    private func cell(_ name: String, _ seconds: Double, _ bytes: Double, failure: String? = nil) -> Cell {
        Cell(
            allocator: name,
            runs: [
                Measurement(wallSeconds: seconds, userSeconds: seconds, systemSeconds: 0, peakBytes: bytes)
            ],
            failure: failure)
    }

    private func comparison(_ cells: [Cell]) -> Comparison {
        Comparison(
            rows: [Row(workload: "w", group: .mallocBound, metric: .wall, operations: 1, cells: cells)],
            peers: ["a", "b", "c"])
    }

    @Test func timeIsAgainstTheFastestAndMemoryAgainstTheMiddlePeer() {
        let all = comparison([cell("a", 3, 10), cell("b", 2, 30), cell("c", 4, 20), cell("x", 1, 40)])
        #expect(all.reference(all.rows[0], .time)?.name == "b")
        #expect(all.reference(all.rows[0], .peakMemory)?.name == "c")
        #expect(all.ratio(all.rows[0], "x", .time) == Ratio(of: Spread([1])!, to: Spread([2])!))
        #expect(all.ratio(all.rows[0], "x", .peakMemory)?.value == 2)
    }

    @Test func aFailedPeerIsNoReference() {
        let all = comparison([cell("a", 3, 10), cell("b", 2, 30, failure: "signal 11"), cell("c", 4, 20)])
        #expect(all.reference(all.rows[0], .time)?.name == "a")
        #expect(all.reference(all.rows[0], .peakMemory)?.runs.median == 15)
        #expect(all.ratio(all.rows[0], "b", .time) == nil)
        #expect(all.mean("b", .time, .mallocBound) == nil)
        #expect(all.mean("a", .time, .realPrograms) == nil)
    }
}
