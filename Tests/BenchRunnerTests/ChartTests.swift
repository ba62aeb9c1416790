// Charts are well-formed whatever the names, and show what does not fit.

import Foundation
import FoundationXML
import Testing

@testable import bulwark_bench

@Suite struct ChartTests {
    private static let hostile = "a<b>&\"'\u{1}]]></style><script>\u{FFFF}é"

    /// All text of a document; nil unless it is well-formed.
    private func texts(_ svg: String) -> [String]? {
        final class Reader: NSObject, XMLParserDelegate {
            var texts: [String] = []
            func parser(
                _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
                qualifiedName: String?, attributes: [String: String]
            ) { texts.append("") }
            func parser(_ parser: XMLParser, foundCharacters text: String) { texts[texts.count - 1] += text }
        }
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        return parser.parse() ? reader.texts.map { $0.trimmingCharacters(in: .newlines) } : nil
    }

    private func hostileResults() -> Results {
        let name = Self.hostile
        let rows = (1...3).map { x in
            var point = row(
                "\(name)\(x)",
                [cell("mimalloc2", [1, 2]), cell(name, [20, 30]), cell("release", [], failure: name)])
            if x > 1 { point.series = Series(name: name, x: Double(x)) }
            return point
        }
        return results(rows)
    }

    @Test func hostileNamesLeaveTheChartsWellFormed() throws {
        let svg = ChartFile.render(Chart.allCases, hostileResults())
        let found = try #require(texts(svg))
        #expect(!svg.contains("<script>"))
        #expect(found.contains { $0.hasPrefix("a<b>&\"']]></style") })
        #expect(found.contains("failed"))
        #expect(found.contains { $0.hasSuffix("»") })
    }

    @Test func chartsOfNothingAreWellFormed() {
        #expect(texts(ChartFile.render(Chart.allCases, results([]))) != nil)
        #expect(Chart.defaults(for: results([])) == [.time, .memory])
        #expect(Chart.defaults(for: hostileResults()).contains(.scaling))
    }

    @Test func textIsEscapedAndNumbersArePlain() {
        #expect(SVG.escape("<&>\"'\u{7}\n") == "&lt;&amp;&gt;&quot;&apos; ")
        #expect(SVG.number(12) == "12")
        #expect(SVG.number(0.126) == "0.13")
        #expect(SVG.number(.infinity) == "0")
        #expect(SVG.number(1e15) == "1000000000000000")
    }

    @Test func theScaleKeepsOutliersFromCrushingTheRest() {
        #expect(BarChart.limit([]) == 2)
        #expect(BarChart.limit([0.5, 0.9]) == 1.5)
        #expect(BarChart.limit(Array(repeating: 1.8, count: 19) + [27]) == 2)
        #expect(BarChart.limit([10, 20, 30]) == 3)
    }

    @Test func everyRoleHasItsShadesForLightAndDark() {
        let palette = Palette([.peer, .peer, .own, .other, .hardened])
        #expect(palette.classes == ["c0", "c1", "c2", "c3", "c4"])
        #expect(palette.style.components(separatedBy: ".line.c4{").count == 3)
        #expect(palette.style.contains("prefers-color-scheme:dark"))
    }

    @Test func linesRunThroughTimesPerOperation() {
        var (ten, one) = (row("ten", [cell("release", [2])], operations: 1000), row("one", [cell("release", [1])]))
        ten.series = Series(name: "s", x: 10)
        one.series = Series(name: "s", x: 1)
        let chart = SeriesChart(results([ten, one]), Palette([.own]))
        #expect(chart.panels.count == 1)
        #expect(chart.panels.first?.lines.first?.points.map(\.x) == [1, 10])
        #expect(chart.panels.first?.lines.first?.points.map(\.spread.median) == [1e9, 2e6])
    }

    @Test func aWorkloadKnowsItsTimePerOperationBest() {
        var run = Measurement(wallSeconds: 5, userSeconds: 5, systemSeconds: 0, peakBytes: 1)
        run.figures = [Measurement.Figure(name: "operation", value: 30, unit: "ns")]
        let cell = Cell(allocator: "release", runs: [run])
        #expect(row("live", [cell], operations: 10).nanosecondsPerOperation("release")?.median == 30)
    }

    @Test func logarithmicAxes() throws {
        let scale = try #require(LogScale([1, 100], from: 0, to: 200))
        #expect(abs(scale.place(10) - 100) < 1e-9)
        #expect(scale.roundTicks == [1, 2, 5, 10, 20, 50, 100])
        #expect(LogScale([0, -1, .nan], from: 0, to: 1) == nil)
        let single = try #require(LogScale([8], from: 0, to: 100))
        #expect(abs(single.place(8) - 50) < 1e-9)
    }

    @Test func namesAtTheEndsOfLinesMoveApart() {
        #expect(SeriesChart.apart([10, 50], by: 11) == [10, 50])
        let moved = SeriesChart.apart([10, 10, 10], by: 10)
        #expect(moved == [0, 10, 20])
        #expect(SeriesChart.apart([], by: 10) == [])
        #expect([1, 1024, 65_536, 10_000_000].map(SeriesChart.short) == ["1", "1.02k", "65.5k", "10M"])
    }
}
