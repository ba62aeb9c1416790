// Success rates as bars: a line for each strategy, a column for each library. A full bar is a strategy that always succeeds;
// the thin line is the 95 % interval, the upright one in secure's column the bound.

import Foundation

struct AttackChart {
    let results: AttackResults

    private static let margin = 20.0
    private static let nameWidth = 292.0
    private static let columnWidth = 98.0
    private static let gap = 10.0
    private static let pitch = 14.0
    private static let heading = 84.0

    private var width: Double {
        2 * Self.margin + Self.nameWidth + Double(results.libraries.count) * (Self.columnWidth + Self.gap)
    }

    func render() -> String {
        let palette = Palette(results.libraries.map(\.role))
        var svg = SVG()
        svg.text("How often known exploitation strategies succeed", .init(x: Self.margin, y: 26), "title")
        svg.text(
            "A full bar: always. Thin lines: 95 % intervals; upright lines: what the secure variant promises, if it does.",
            .init(x: Self.margin, y: 44), "note")
        for (column, library) in results.libraries.enumerated() {
            svg.text(
                library.name, .init(x: start(column), y: Self.heading - 8), library.role == .own ? "own" : "panel")
        }
        var y = Self.heading
        for strategy in results.strategies {
            draw(strategy, in: &svg, from: y, palette)
            y += Self.pitch
        }
        for column in results.libraries.indices {
            svg.line(.init(x: start(column), y: Self.heading), .init(x: start(column), y: y), "grid")
        }
        return svg.document(
            (width, y + 14), title: "Exploitation strategies against allocators", style: palette.style)
    }

    private func start(_ column: Int) -> Double {
        Self.margin + Self.nameWidth + Double(column) * (Self.columnWidth + Self.gap)
    }

    private func draw(_ strategy: Strategy, in svg: inout SVG, from y: Double, _ palette: Palette) {
        svg.text(BarChart.cut(strategy.title, to: 50), .init(x: Self.margin, y: y + 10), "")
        for (column, library) in results.libraries.enumerated() {
            let x = start(column)
            guard let proportion = results.tally(strategy, library.name)?.proportion else { continue }
            func place(_ share: Double) -> Double { x + share * (Self.columnWidth - 42) }
            let text = Percent.text(proportion.rate)
            svg.rect(
                .init(x: x, y: y + 2.5, width: place(proportion.rate) - x, height: Self.pitch - 5),
                palette.classes[column],
                tip: "\(strategy.name), \(library.name): \(proportion.text)")
            let middle = y + Self.pitch / 2
            svg.line(
                .init(x: place(proportion.lower), y: middle), .init(x: place(proportion.upper), y: middle), "range")
            if library.name == AttackResults.judged, strategy.bound < 1 {
                let at = place(strategy.bound)
                svg.line(.init(x: at, y: y + 1), .init(x: at, y: y + Self.pitch - 1), "axis")
            }
            svg.text(
                text, .init(x: x + Self.columnWidth, y: y + 10), library.role == .own ? "own" : "note", anchor: .end)
        }
    }
}
