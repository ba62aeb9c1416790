// What the tables say about noise, failures and figures.

import Testing

@testable import bulwark_bench

@Suite struct MarkdownReportTests {
    @Test func noiseAndFailuresAreShown() {
        let text = MarkdownReport(
            results([
                row(
                    "w",
                    [
                        cell("mimalloc2", [1, 1.2]), cell("glibc", [1.1, 1.5]), cell("release", [2, 2.2]),
                        cell("secure", [], failure: "signal 6"),
                    ])
            ])
        ).render()
        #expect(text.contains("~1.18"))
        #expect(text.contains(" 1.91 "))
        #expect(text.contains("- w, secure: signal 6"))
        #expect(text.contains("### Budgets"))
        #expect(!text.contains(Judgement.notMeasured))
        #expect(!text.contains("### Since"))
    }

    @Test func figuresOfWorkloadsHaveATable() {
        var one = row("latency-2", [cell("mimalloc2", [1])])
        one.cells[0].runs[0].figures = [
            .init(name: "malloc-p99", value: 120, unit: "ns"), .init(name: "rest", value: 1_572_864, unit: "bytes"),
        ]
        let text = MarkdownReport(results([one])).render()
        #expect(text.contains("malloc-p99, ns"))
        #expect(text.contains("120, 120–120"))
        #expect(text.contains("1.5, 1.5–1.5"))
    }

    @Test func aComparisonHasItsSection() {
        let all = results([row("w", [cell("mimalloc2", [1]), cell("release", [1])])])
        let text = MarkdownReport(all, old: all).render()
        #expect(text.contains("### Since the older run"))
        #expect(text.contains("~+0.0 %"))
    }

    @Test func tablesKeepTheirColumns() {
        var table = MarkdownTable(["a", "b"])
        table.add(["x|y", "1"])
        #expect(table.render() == "| a    |  b |\n| ---- | -: |\n| x\\|y |  1 |")
    }
}
