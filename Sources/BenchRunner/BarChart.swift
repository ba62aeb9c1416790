// Ratios as bars: a panel for each group's mean, then one for each workload, with a bar for each allocator in it.
// All panels of a chart have the same scale, from 0 to a limit that few ratios pass; a bar that does ends in "»".

import Foundation

struct BarChart {
    struct Bar: Equatable {
        let name: String
        /// The colour's class.
        let style: String
        let isOwn: Bool
        /// nil if a run failed.
        var value: Double?
        /// The least and the most of the rounds.
        var range: Spread?
        /// Whether the runs overlap with the reference's.
        var isUncertain = false
    }

    struct Panel: Equatable {
        let title: String
        let bars: [Bar]
    }

    let title: String
    let notes: [String]
    /// The means' panels, then those of workloads; each list begins a new line.
    let rows: [[Panel]]

    static let width = 1000.0
    private static let columns = 4
    private static let margin = 20.0
    private static let gap = 16.0
    private static let barPitch = 12.0
    private static let nameWidth = 86.0
    private static let numberWidth = 38.0
    private static let heading = 64.0
    private static let legendHeight = 22.0

    /// Draws at a height, and returns where the chart ends.
    func draw(in svg: inout SVG, from top: Double) -> Double {
        let limit = Self.limit(rows.joined().flatMap(\.bars).compactMap(\.value))
        let limitText = String(format: limit == limit.rounded() ? "%.0f" : "%.1f", limit)
        svg.text(title, .init(x: Self.margin, y: top + 26), "title")
        let scale = "Bars begin at 0 and end at \(limitText); »: longer. The upright line is 1."
        for (index, note) in (notes + [scale]).enumerated() {
            svg.text(note, .init(x: Self.margin, y: top + 44 + Double(index) * 14), "note")
        }
        var y = top + Self.heading + Double(notes.count) * 14
        y = legend(in: &svg, from: y)
        let panelWidth =
            (Self.width - 2 * Self.margin - Double(Self.columns - 1) * Self.gap) / Double(Self.columns)
        for list in rows {
            for start in stride(from: 0, to: list.count, by: Self.columns) {
                let line = list[start..<min(start + Self.columns, list.count)]
                for (column, panel) in line.enumerated() {
                    let x = Self.margin + Double(column) * (panelWidth + Self.gap)
                    Self.draw(panel, in: &svg, at: .init(x: x, y: y), width: panelWidth, limit: limit)
                }
                y += 22 + Double(line.map(\.bars.count).max() ?? 0) * Self.barPitch + 10
            }
            y += 6
        }
        return y
    }

    private func legend(in svg: inout SVG, from top: Double) -> Double {
        var (x, y) = (Self.margin, top)
        for bar in rows.joined().first?.bars ?? [] {
            let advance = 16 + Double(bar.name.count) * 6.2 + 14
            if x + advance > Self.width - Self.margin { (x, y) = (Self.margin, y + 16) }
            svg.rect(.init(x: x, y: y, width: 11, height: 11), bar.style)
            svg.text(bar.name, .init(x: x + 16, y: y + 9), bar.isOwn ? "own" : "")
            x += advance
        }
        return y + Self.legendHeight + 6
    }

    private static func draw(
        _ panel: Panel, in svg: inout SVG, at origin: SVG.Point, width: Double, limit: Double
    ) {
        svg.text(cut(panel.title, to: 36), .init(x: origin.x, y: origin.y + 10), "panel")
        let start = origin.x + nameWidth
        let length = width - nameWidth - numberWidth
        func place(_ value: Double) -> Double { start + min(max(value / limit, 0), 1) * length }

        let top = origin.y + 16
        let bottom = top + Double(panel.bars.count) * barPitch
        for (index, bar) in panel.bars.enumerated() {
            let y = top + Double(index) * barPitch
            let nameStyle = bar.isOwn ? "own" : "note"
            svg.text(cut(bar.name, to: 16), .init(x: start - 5, y: y + 9), nameStyle, anchor: .end)
            guard let value = bar.value else {
                svg.text("failed", .init(x: start + 4, y: y + 9), "note")
                continue
            }
            let number = number(value, of: bar, limit: limit)
            svg.rect(
                .init(x: start, y: y + 1.5, width: place(value) - start, height: barPitch - 3), bar.style,
                tip: "\(panel.title), \(bar.name): \(number)")
            if let range = bar.range, range.most > range.least {
                let middle = y + barPitch / 2
                svg.line(.init(x: place(range.least), y: middle), .init(x: place(range.most), y: middle), "range")
            }
            svg.text(number, .init(x: origin.x + width, y: y + 9), bar.isOwn ? "own" : "", anchor: .end)
        }
        svg.line(.init(x: start, y: top), .init(x: start, y: bottom), "grid")
        svg.line(.init(x: place(1), y: top), .init(x: place(1), y: bottom), "axis")
    }

    private static func number(_ value: Double, of bar: Bar, limit: Double) -> String {
        (bar.isUncertain ? "~" : "") + String(format: value < 9.995 ? "%.2f" : "%.0f", value)
            + (value > limit ? "»" : "")
    }

    /// The end of the scale: nine of ten values lie within it, in halves from 1.5 to 3.
    static func limit(_ values: [Double]) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return 2 }
        let high = sorted[min(sorted.count * 9 / 10, sorted.count - 1)]
        return min(max((high * 2).rounded(.up) / 2, 1.5), 3)
    }

    static func cut(_ text: String, to count: Int) -> String {
        text.count <= count ? text : text.prefix(count - 1) + "…"
    }
}

extension BarChart {
    /// One quantity of a run; `onlyMeans` leaves the single workloads out.
    init(_ results: Results, _ quantity: Quantity, _ palette: Palette, onlyMeans: Bool = false) {
        let comparison = results.comparison
        func bars(_ make: (Results.Candidate, inout Bar) -> Void) -> [Bar] {
            zip(results.allocators, palette.classes).map { allocator, style in
                var bar = Bar(name: allocator.name, style: style, isOwn: allocator.role == .own)
                make(allocator, &bar)
                return bar
            }
        }
        let means = comparison.groups.map { group in
            let rows = comparison.rows.filter { $0.isCounted && (group == nil || $0.group == group) }
            return Panel(
                title: "\(group?.rawValue ?? "all"), geometric mean of \(rows.count)",
                bars: bars { allocator, bar in
                    let mean = comparison.mean(allocator.name, quantity, group)
                    bar.value = mean?.value
                    bar.range = mean?.range
                })
        }
        let single = comparison.rows.filter { $0.series == nil }.map { row in
            let reference = comparison.reference(row, quantity)?.name
            return Panel(
                title: row.workload,
                bars: bars { allocator, bar in
                    let ratio = comparison.ratio(row, allocator.name, quantity)
                    bar.value = ratio?.value
                    bar.range = ratio?.range
                    bar.isUncertain = ratio?.isUncertain == true && allocator.name != reference
                })
        }
        let peers = comparison.peers.joined(separator: ", ")
        title = quantity == .time ? "Time" : "Peak memory"
        notes = [
            "Ratio to \(quantity == .time ? "the fastest" : "the middle one") of \(peers) on each workload; less is "
                + "better. Thin lines: least and most of \(results.runs) runs; ~: they overlap with the reference's."
        ]
        rows = onlyMeans ? [means] : [means, single]
    }
}
