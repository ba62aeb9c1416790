// The same as JSON lines: an object for each place whose blocks leaked, then one about all.

import CBulwark

extension LeakReport {
    private static func json() -> ReportText {
        var json = ReportText.sharedJSON
        json.appendOpening(variant: Variant.name)
        return json
    }

    /// The reporter's lock is held.
    static func writeJSON<Reader: MemoryReader>(_ group: BlockGroups.Group, _ reader: inout Reader) {
        guard Report.wantsJSON else { return }
        var json = json()
        json.append(key: "violation", group.isIndirect ? "indirect-leak" : "leak")
        json.append(key: "message")
        json.append("\"")
        json.append(opening: group)
        json.append("\"")
        json.append(key: "byte_count", group.byteCount)
        json.append(key: "block_count", group.count)
        json.appendProcess()
        json.append(key: "allocated")
        json.append("{\"frames\":")
        json.append(jsonFrames: StackDepot.shared.pointee.backtrace(group.stack).backtrace, &reader)
        json.append("}")
        json.appendClosing()
        Report.writeJSON(json)
    }

    /// The reporter's lock is held.
    static func writeJSON(_ totals: LeakTotals) {
        guard Report.wantsJSON else { return }
        var json = json()
        json.append(key: "summary", "leaks")
        json.append(key: "leaked", totals.leaked)
        json.append(key: "indirect", totals.indirect)
        json.append(key: "suppressed", totals.suppressed)
        json.append(key: "reachable", totals.reachable)
        json.appendProcess()
        json.appendClosing()
        Report.writeJSON(json)
    }

    /// Why there was no search.
    static func writeNote(_ reason: StaticString) {
        guard Report.wantsJSON else { return }
        _ = Report.alone {
            var json = json()
            json.append(key: "note")
            json.append("\"leaks are not searched for: ")
            json.append(reason)
            json.append("\"")
            json.appendProcess()
            json.appendClosing()
            Report.writeJSON(json)
        }
    }
}

extension ReportText {
    fileprivate mutating func append(key: StaticString, _ sum: (count: UInt, byteCount: UInt)) {
        append(key: key)
        append("{\"byte_count\":")
        append(decimal: sum.byteCount)
        append(key: "block_count", sum.count)
        append("}")
    }
}
