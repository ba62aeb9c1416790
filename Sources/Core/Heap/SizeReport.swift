// A table of blocks by their size, for people and as JSON: option statistics, bw_print_statistics.

import CBulwark

enum SizeReport {
    /// Writes the table where reports go. Takes no lock but the reporter's: a signal's handler may call it.
    /// - Returns: false if the reporter is busy.
    static func write(_ allocator: Ref<Allocator>) -> Bool { Report.alone { writeAlone(allocator) } }

    private static func writeAlone(_ allocator: Ref<Allocator>) {
        var text = ReportText.sharedLines
        var json = ReportText.sharedJSON
        text.append("bulwark: blocks of process ")
        text.append(decimal: UInt(bw_os_process_id()))
        text.append("; bytes in use as requested, waste beyond them:\n")
        text.append("       size        in use           bytes           waste          peak           total\n")
        json.appendOpening(variant: Variant.name)
        json.append(key: "summary", "sizes")
        json.appendProcess()
        json.append(key: "sizes")
        json.append("[")
        var sum = BlockCounters.Row()
        var (waste, isFirst) = (UInt(0), true)
        for index in 0..<BlockCounters.count {
            let row = allocator.pointee.counters[index]
            guard row.total != 0 else { continue }
            let size = index < SizeClass.count ? SizeClass(index: UInt8(index)).blockByteCount : nil
            // What other threads do meanwhile may make it seem less than nothing.
            let used = size.map { $0 * row.live } ?? row.byteCount
            let rowWaste = used > row.byteCount ? used - row.byteCount : 0
            if let size {
                text.append(size, width: 11)
            } else {
                text.append(index == BlockCounters.large ? "      large" : "       huge")
            }
            text.append(row, rowWaste)
            if !isFirst { json.append(",") }
            json.append(row, rowWaste, size, isHuge: index == BlockCounters.huge)
            (sum, isFirst) = (sum + row, false)
            waste += rowWaste
        }
        text.append("        all")
        // Peaks of different sizes were not at the same time.
        text.append(sum, waste, hasPeak: false)
        text.append("*** End of Bulwark report ***\n")
        Report.writeText(text)
        json.append("]")
        json.appendClosing()
        if Report.wantsJSON { Report.writeJSON(json) }
    }
}

extension ReportText {
    fileprivate mutating func append(_ row: BlockCounters.Row, _ waste: UInt, hasPeak: Bool = true) {
        append(row.live, width: 14)
        append(row.byteCount, width: 16)
        append(waste, width: 16)
        if hasPeak { append(row.peak, width: 14) } else { append("             -") }
        append(row.total, width: 16)
        append(byte: 10)
    }

    fileprivate mutating func append(_ row: BlockCounters.Row, _ waste: UInt, _ size: UInt?, isHuge: Bool) {
        if let size {
            append("{\"block_byte_count\":")
            append(decimal: size)
        } else {
            append(isHuge ? "{\"kind\":\"huge\"" : "{\"kind\":\"large\"")
        }
        append(key: "block_count", row.live)
        append(key: "byte_count", row.byteCount)
        append(key: "waste_byte_count", waste)
        append(key: "peak_block_count", row.peak)
        append(key: "total_block_count", row.total)
        append("}")
    }
}
