// One segment of `bulwark map`, as SVG: slices as cells, 64 in a row, and one shape for each run.

struct SegmentDrawing {
    let segment: HeapMapFile.Segment
    let sliceCount: Int
    /// What is said of a run at an address.
    let describe: (HeapMapFile.Run, String) -> [String]

    private static let columns = 64
    private static let cell = 16
    private static let gap = 1

    var text: String {
        let rows = (sliceCount + Self.columns - 1) / Self.columns
        let (width, height) = (Self.columns * Self.cell, rows * (Self.cell + 3))
        let shapes = segment.runs.map(shape).joined(separator: "\n")
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="segment \(escaped(segment.base))">
            \(shapes)
            </svg>
            """
    }

    private func shape(_ run: HeapMapFile.Run) -> String {
        guard let slice = run.slice, let count = run.count else { return "" }
        let pieces = rectangles(slice, count)
        let path = pieces.map { "M\($0.x) \($0.y)h\($0.width)v\(Self.cell)h-\($0.width)z" }.joined()
        let tip = escaped(describe(run, address(slice)).joined(separator: "\n"))
        let fill = run.fill.map { " data-f=\"\(escaped($0))\"" } ?? ""
        var text = "<path class=\"\(style(of: run))\" d=\"\(path)\" data-t=\"\(tip)\"\(fill)/>"
        if run.guards ?? 0 > 0, let first = pieces.first { text += mark(first.x, first.y) }
        if run.guards ?? 0 > 1, let last = pieces.last { text += mark(last.x + last.width - 2, last.y) }
        return text
    }

    /// A guard.
    private func mark(_ x: Int, _ y: Int) -> String {
        "<path class=\"guard\" d=\"M\(x) \(y)h2v\(Self.cell)h-2z\"/>"
    }

    private func style(of run: HeapMapFile.Run) -> String {
        switch run.kind {
        case .blocks: "f\(run.fullness)"
        case .large, .huge: run.state == .live ? "large" : "waiting"
        default: run.kind.rawValue
        }
    }

    /// The parts of a run, a row each.
    private func rectangles(_ slice: Int, _ count: Int) -> [(x: Int, y: Int, width: Int)] {
        var (result, at, rest): ([(x: Int, y: Int, width: Int)], Int, Int) = ([], slice, count)
        while rest > 0 {
            let (row, column) = (at / Self.columns, at % Self.columns)
            let here = min(rest, Self.columns - column)
            result.append((column * Self.cell, row * (Self.cell + 3), here * Self.cell - Self.gap))
            (at, rest) = (at + here, rest - here)
        }
        return result
    }

    private func address(_ slice: Int) -> String {
        guard let base = UInt64(segment.base.dropFirst(2), radix: 16) else { return "slice \(slice)" }
        return "0x" + String(base &+ UInt64(slice) << 16, radix: 16)
    }
}
