// Scaling as lines: a panel for each series, time per operation against what grows, both logarithmic, and a line for
// each allocator. A flat line is a cost that does not grow.

import Foundation

struct SeriesChart {
    struct Line: Equatable {
        let name: String
        /// The colour's class.
        let style: String
        let isOwn: Bool
        /// By x; nanoseconds for an operation.
        let points: [Value]
    }

    struct Value: Equatable {
        let x: Double
        let spread: Spread
    }

    struct Panel: Equatable {
        let title: String
        let lines: [Line]
    }

    let panels: [Panel]

    private static let columns = 2
    private static let margin = 20.0
    private static let gap = 24.0
    private static let height = 320.0

    /// Draws at a height, and returns where the chart ends.
    func draw(in svg: inout SVG, from top: Double) -> Double {
        svg.text("Scaling", .init(x: Self.margin, y: top + 26), "title")
        svg.text(
            "Nanoseconds for an operation, by what grows; both axes are logarithmic. Points: medians, thin lines: "
                + "least and most.", .init(x: Self.margin, y: top + 44), "note")
        let width =
            (BarChart.width - 2 * Self.margin - Double(Self.columns - 1) * Self.gap) / Double(Self.columns)
        for (index, panel) in panels.enumerated() {
            let x = Self.margin + Double(index % Self.columns) * (width + Self.gap)
            let y = top + 64 + Double(index / Self.columns) * (Self.height + Self.gap)
            Self.draw(panel, in: &svg, .init(x: x, y: y, width: width, height: Self.height))
        }
        let lines = (panels.count + Self.columns - 1) / Self.columns
        return top + 64 + Double(lines) * (Self.height + Self.gap)
    }

    private static func draw(_ panel: Panel, in svg: inout SVG, _ box: SVG.Box) {
        svg.text(BarChart.cut(panel.title, to: 70), .init(x: box.x, y: box.y + 10), "panel")
        let values = panel.lines.flatMap(\.points)
        guard let across = LogScale(values.map(\.x), from: box.x + 44, to: box.x + box.width - 96),
            let upward = LogScale(
                values.flatMap { [$0.spread.least, $0.spread.most] }, from: box.y + box.height - 24,
                to: box.y + 26)
        else {
            svg.text("no runs", .init(x: box.x, y: box.y + 26), "note")
            return
        }

        for tick in upward.roundTicks {
            let y = upward.place(tick)
            svg.line(.init(x: across.start, y: y), .init(x: across.end, y: y), "grid")
            svg.text(short(tick), .init(x: across.start - 6, y: y + 3.5), "note", anchor: .end)
        }
        var free = -Double.infinity
        for x in Set(values.map(\.x)).sorted() where across.place(x) >= free {
            svg.text(short(x), .init(x: across.place(x), y: upward.start + 16), "note", anchor: .middle)
            free = across.place(x) + 30
        }
        svg.line(.init(x: across.start, y: upward.start), .init(x: across.end, y: upward.start), "axis")

        for line in panel.lines {
            svg.path(
                through: line.points.map { .init(x: across.place($0.x), y: upward.place($0.spread.median)) },
                "line \(line.style)")
            for point in line.points {
                let x = across.place(point.x)
                svg.line(
                    .init(x: x, y: upward.place(point.spread.least)), .init(x: x, y: upward.place(point.spread.most)),
                    "range")
                svg.dot(
                    .init(x: x, y: upward.place(point.spread.median)), line.isOwn ? 3.4 : 2.4, line.style,
                    tip: "\(line.name), \(short(point.x)): \(short(point.spread.median)) ns")
            }
        }
        names(panel.lines, in: &svg, x: across.end + 10) { upward.place($0) }
    }

    /// The lines' names at their ends, moved apart where they would lie on each other.
    private static func names(_ lines: [Line], in svg: inout SVG, x: Double, _ place: (Double) -> Double) {
        let ends = lines.compactMap { line in line.points.last.map { (line, place($0.spread.median)) } }
            .sorted { $0.1 < $1.1 }
        for ((line, end), y) in zip(ends, apart(ends.map(\.1), by: 11)) {
            svg.line(.init(x: x - 8, y: end), .init(x: x - 2, y: y), "grid")
            svg.rect(.init(x: x, y: y - 3, width: 6, height: 6), line.style)
            svg.text(BarChart.cut(line.name, to: 16), .init(x: x + 9, y: y + 3.5), line.isOwn ? "own" : "")
        }
    }

    /// Rising places with at least `distance` between neighbours, near the given ones, which rise too.
    static func apart(_ places: [Double], by distance: Double) -> [Double] {
        var moved: [Double] = []
        for place in places { moved.append(max(place, (moved.last ?? -.infinity) + distance)) }
        // All that had to give way go back by half of it, so that a crowd stays around its middle.
        let excess = zip(moved, places).map { $0 - $1 }.max() ?? 0
        return moved.map { $0 - excess / 2 }
    }

    /// "16", "1k", "10M", "2.5".
    static func short(_ value: Double) -> String {
        for (size, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= size {
            return trimmed(value / size) + letter
        }
        return trimmed(value)
    }

    private static func trimmed(_ value: Double) -> String {
        String(format: "%.3g", value)
    }
}

/// A logarithmic axis between two coordinates.
struct LogScale {
    let least: Double
    let most: Double
    let start: Double
    let end: Double

    /// nil without values above zero.
    init?(_ values: [Double], from start: Double, to end: Double) {
        let usable = values.filter { $0 > 0 && $0.isFinite }
        guard let least = usable.min(), let most = usable.max() else { return nil }
        // One value alone stands in the middle; and a flat line should look flat, not fill the height with noise.
        let isNarrow = most / least < 1.001
        self.least = isNarrow ? least / 2 : least
        self.most = isNarrow ? most * 2 : most
        self.start = start
        self.end = end
    }

    func place(_ value: Double) -> Double {
        guard value > 0 else { return start }
        return start + log(value / least) / log(most / least) * (end - start)
    }

    /// 1, 2 and 5 of each power of ten that lie on the axis.
    var roundTicks: [Double] {
        (Int(log10(least).rounded(.down))...Int(log10(most).rounded(.up))).flatMap { power in
            [1, 2, 5].map { $0 * pow(10, Double(power)) }
        }.filter { (least...most).contains($0) }
    }
}

extension SeriesChart {
    /// All series of a run, in the order in which they appear.
    init(_ results: Results, _ palette: Palette) {
        var names: [String] = []
        for case let series? in results.rows.map(\.series) where !names.contains(series.name) {
            names.append(series.name)
        }
        panels = names.map { name in
            let rows = results.rows.compactMap { row in
                row.series.flatMap { $0.name == name && $0.x > 0 ? (row: row, x: $0.x) : nil }
            }.sorted { $0.x < $1.x }
            return Panel(
                title: name,
                lines: zip(results.allocators, palette.classes).map { allocator, style in
                    Line(
                        name: allocator.name, style: style, isOwn: allocator.role == .own,
                        points: rows.compactMap { row, x in
                            row.nanosecondsPerOperation(allocator.name).map { Value(x: x, spread: $0) }
                        })
                })
        }
    }
}

extension Row {
    /// What the workload says itself, or the whole run's time, shared out.
    func nanosecondsPerOperation(_ allocator: String) -> Spread? {
        spread(allocator, FigureName(name: "operation", unit: "ns"))
            ?? values(allocator, .time).flatMap { Spread($0.map { $0 / Double(operations) * 1e9 }) }
    }
}
