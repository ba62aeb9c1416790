// The table of `bulwark map`: blocks by their size.

struct MapTable {
    let map: HeapMapFile

    fileprivate struct Row {
        var (pages, room, live, waiting, byteCount) = (0, 0, 0, 0, 0)
    }

    var text: String {
        var rows: [Int: Row] = [:]
        for run in map.segments.flatMap(\.runs) where run.kind == .blocks {
            rows[run.blockByteCount ?? 0, default: Row()].add(run)
        }
        let lines = rows.sorted { $0.key < $1.key }.map { size, row in line(number(size), row, size: size) }
        let singles = [("large", map.segments.flatMap(\.runs).filter { $0.kind == .large }), ("huge", map.huge)]
            .filter { !$0.1.isEmpty }.map { name, runs in singleLine(name, runs) }
        return """
            <section>
            <h2>Blocks by size</h2>
            <div class="scroll"><table>
            <thead><tr><th>block</th><th>pages</th><th>in use</th><th>requested</th><th>waste</th><th>waiting</th>\
            <th>room</th><th class="word">in use, of what fits</th></tr></thead>
            <tbody>
            \((lines + singles).joined(separator: "\n"))
            </tbody>
            </table></div>
            <p class="note">Waste: the part of the blocks in use that was not asked for. Waiting: freed blocks in their pages, which \
            the quarantine keeps for a while; those that malloc has at hand are not counted.</p>
            </section>
            """
    }

    private func line(_ name: String, _ row: Row, size: Int) -> String {
        let held = row.live * size
        let waste = held == 0 ? "" : "\(max(0, held - row.byteCount) * 100 / held) %"
        let share = row.room == 0 ? 0 : min(100, row.live * 100 / row.room)
        return
            "<tr><td>\(name)</td><td>\(number(row.pages))</td><td>\(number(row.live))</td><td>\(bytes(row.byteCount))</td>"
            + "<td>\(waste)</td><td>\(number(row.waiting))</td><td>\(number(row.room))</td>"
            + "<td class=\"word\"><span class=\"bar\"><i style=\"width:\(share)%\"></i></span> \(share) %</td></tr>"
    }

    private func singleLine(_ name: String, _ runs: [HeapMapFile.Run]) -> String {
        let live = runs.filter { $0.state == .live }
        let (requested, room) = (
            live.reduce(0) { $0 + ($1.byteCount ?? 0) }, live.reduce(0) { $0 + ($1.roomByteCount ?? 0) }
        )
        let waste = room == 0 ? "" : "\(max(0, room - requested) * 100 / room) %"
        return
            "<tr><td>\(name)</td><td></td><td>\(number(live.count))</td><td>\(bytes(requested))</td><td>\(waste)</td>"
            + "<td>\(number(runs.count { $0.state == .waiting }))</td><td></td><td></td></tr>"
    }
}

extension MapTable.Row {
    fileprivate mutating func add(_ run: HeapMapFile.Run) {
        pages += 1
        room += run.room ?? 0
        live += run.live ?? 0
        waiting += run.waiting ?? 0
        byteCount += run.byteCount ?? 0
    }
}
