// The page of `bulwark map`: its head, the figures on top, the segments, the table.

struct MapPage {
    let map: HeapMapFile
    /// The heaps that own pages, in the order in which they are met.
    private let heaps: [String: Int]

    init(map: HeapMapFile) {
        self.map = map
        var heaps: [String: Int] = [:]
        for owner in map.segments.flatMap(\.runs).compactMap(\.owner)
        where heaps[owner] == nil && owner != Self.unowned {
            heaps[owner] = heaps.count + 1
        }
        self.heaps = heaps
    }

    /// What a page says of its owner when its thread has ended.
    private static let unowned = "0x1"

    var text: String {
        let program = map.program.split(separator: "/").last.map(String.init) ?? map.program
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Heap of \(escaped(program)), process \(map.process)</title>
            <style>
            \(MapStyle.sheet)
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>Heap of \(escaped(program))</h1>
            <p class="sub">\(escaped(map.program)), process \(map.process) · Bulwark \(escaped(map.version)), \
            \(escaped(map.variant)) library</p>
            </header>
            \(tiles)
            <section>
            <h2>Segments</h2>
            <p class="note">Each row of cells is address space from left to right: a cell is a slice of \
            \(bytes(map.sliceByteCount)). Point at a page to see what is in it.</p>
            \(legend)
            \(segments)
            </section>
            \(MapTable(map: map).text)
            </main>
            <div id="tip" role="tooltip" hidden></div>
            <script>
            \(MapStyle.script)
            </script>
            </body>
            </html>

            """
    }

    private var tiles: String {
        let runs = map.segments.flatMap(\.runs)
        let pages = runs.filter { $0.kind == .blocks }
        let singles = (runs + map.huge).filter { $0.kind == .large || $0.kind == .huge }
        let live = singles.filter { $0.state == .live }
        let blockCount = pages.reduce(0) { $0 + ($1.live ?? 0) } + live.count + (map.sampledBlockCount ?? 0)
        let byteCount =
            pages.reduce(0) { $0 + ($1.byteCount ?? 0) } + live.reduce(0) { $0 + ($1.byteCount ?? 0) }
            + (map.sampledByteCount ?? 0)
        let waiting = pages.reduce(0) { $0 + ($1.waiting ?? 0) } + singles.count { $0.state == .waiting }
        let committed = map.segments.reduce(0) { $0 + $1.committedSliceCount } * map.sliceByteCount
        let guards = runs.reduce(0) { $0 + ($1.guards ?? 0) }
        let all = [
            (number(blockCount), "blocks in use"), (bytes(byteCount), "requested for them"),
            (bytes(committed), "of segments writable"), (number(pages.count), "pages of blocks"),
            (number(live.count), "large and huge blocks"), (number(waiting), "freed blocks that wait"),
            (number(guards), "guards"),
        ]
        return "<div class=\"tiles\">"
            + all.map { "<div class=\"tile\"><b>\($0.0)</b><span>\($0.1)</span></div>" }.joined() + "</div>"
    }

    private var legend: String {
        let ramp = (0...9).map { "<i class=\"f\($0)\"></i>" }.joined()
        let kinds = [
            ("large", "large block"), ("waiting", "waits: freed, and faults if touched"),
            ("kept", "free, still has memory"),
            ("sealed", "free, faults if touched"), ("purged", "free, without memory"), ("untouched", "never used"),
        ]
        return
            "<div class=\"legend\"><span>page of blocks, empty <span class=\"ramp\">\(ramp)</span> all in use</span>"
            + kinds.map { "<span><i class=\"\($0.0)\"></i>\($0.1)</span>" }.joined()
            + "<span><i class=\"guard\"></i>guard</span></div>"
    }

    private var segments: String {
        map.segments.enumerated().map { index, segment in
            let used = segment.runs.filter { $0.kind == .blocks || $0.kind == .large }.reduce(0) {
                $0 + ($1.count ?? 0)
            }
            return """
                <figure>
                <figcaption><b>Segment \(index + 1)</b> <code>\(escaped(segment.base))</code> · \
                \(used) of \(map.sliceCount) slices in pages, \(segment.committedSliceCount) writable</figcaption>
                \(SegmentDrawing(segment: segment, sliceCount: map.sliceCount, describe: describe).text)
                </figure>
                """
        }.joined(separator: "\n") + hugeBlocks
    }

    private var hugeBlocks: String {
        guard !map.huge.isEmpty else { return "" }
        let rows = map.huge.map { run in
            "<tr><td><code>\(escaped(run.start ?? "?"))</code></td><td>\(bytes(run.byteCount ?? 0))</td>"
                + "<td>\(bytes(run.roomByteCount ?? 0))</td><td class=\"word\">\(run.state?.rawValue ?? "")</td></tr>"
        }.joined(separator: "\n")
        return """

            <h2>Huge blocks</h2>
            <div class="scroll"><table><thead><tr><th>address</th><th>requested</th><th>room</th><th class="word">state</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """
    }

    /// What is said of a run when it is pointed at: lines.
    private func describe(_ run: HeapMapFile.Run, _ address: String) -> [String] {
        let slices = "\(run.count ?? 0) \(run.count == 1 ? "slice" : "slices") at \(address)"
        let guards = run.guards.map { "guards: \($0)" }
        switch run.kind {
        case .blocks:
            let (live, waiting, fresh) = (run.live ?? 0, run.waiting ?? 0, run.fresh ?? 0)
            let owner = run.owner.map { $0 == Self.unowned ? "its thread has ended" : "of heap \(heaps[$0] ?? 0)" }
            return [
                "Page of \(number(run.blockByteCount ?? 0))-byte blocks",
                "\(live) in use, of \(run.room ?? 0) that fit", "\(waiting) freed and waiting, \(fresh) never used",
                "\(bytes(run.byteCount ?? 0)) requested", slices,
                [guards, owner].compactMap { $0 }.joined(separator: ", "),
            ].compactMap { $0 }
        case .large, .huge:
            let state =
                run.state == .live ? "in use" : run.state == .waiting ? "freed, waits behind guards" : "changing"
            return [
                "Large block, \(state)",
                "\(number(run.byteCount ?? 0)) bytes requested, \(bytes(run.roomByteCount ?? 0)) of room",
                slices, guards,
            ].compactMap { $0 }
        case .waiting: return ["Free, waits", "faults if touched; serves again after the purge delay", slices]
        case .sealed: return ["Free", "faults if touched; no memory", slices]
        case .kept: return ["Free, still has memory", slices]
        case .purged: return ["Free, without memory", slices]
        case .untouched: return ["Never used", slices]
        case .changing: return ["Being made or released", slices]
        }
    }
}
