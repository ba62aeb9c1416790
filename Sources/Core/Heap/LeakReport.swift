// The report of leaks at a process's end (flag leakReport).

import CBulwark

/// What was found, in bytes and numbers of blocks.
struct LeakTotals {
    var leaked: (count: UInt, byteCount: UInt) = (0, 0)
    /// Of those, the ones that other leaked blocks lead to.
    var indirect: (count: UInt, byteCount: UInt) = (0, 0)
    var reachable: (count: UInt, byteCount: UInt) = (0, 0)
    /// Of the leaked ones, those that the option suppressions names.
    var suppressed: (count: UInt, byteCount: UInt) = (0, 0)
}

enum LeakReport {
    /// More groups are only counted.
    private static var mostGroups: UInt { 100 }

    /// Searches, and reports what is found; nothing, if nothing is leaked.
    /// - Parameter stack: where the calling thread's stack is in use.
    /// - Returns: true if there are leaks that are not suppressed.
    static func make(_ allocator: Ref<Allocator>, stack: Address) -> Bool {
        guard var search = LeakSearch(allocator), let groups = LeakGroups() else {
            say("leaks are not searched for: no memory, or process_vm_readv is not allowed")
            return false
        }
        defer {
            groups.end()
            search.end()
        }
        guard search.lookThroughRoots(stack: stack) else {
            say("leaks are not searched for: /proc/self/maps cannot be read")
            return false
        }
        guard bw_metadata_is_known() else {
            // Descriptors would be taken for uses of their blocks: nothing would be lost.
            say("leaks are not searched for: too many mappings of metadata")
            return false
        }
        guard !search.isIncomplete else {
            say("leaks are not searched for: too many blocks came meanwhile")
            return false
        }
        markIndirect(&search)
        let totals = count(search, groups)
        guard totals.leaked.count != 0 else { return false }
        return write(totals, groups)
    }

    /// From each block that nothing reached: what it leads to is leaked for its sake.
    private static func markIndirect(_ search: inout LeakSearch) {
        var walk = search.walk()
        while let block = search.next(&walk) {
            guard block.record.pointee.mark == .none else { continue }
            search.look(through: block.start, upTo: block.start + block.byteCount, .indirect)
        }
    }

    private static func count(_ search: LeakSearch, _ groups: LeakGroups) -> LeakTotals {
        var totals = LeakTotals()
        var walk = search.walk()
        while let block = search.next(&walk) {
            let mark = block.record.pointee.mark
            guard mark != .reached else {
                totals.reachable.count += 1
                totals.reachable.byteCount += block.byteCount
                continue
            }
            totals.leaked.count += 1
            totals.leaked.byteCount += block.byteCount
            if mark == .indirect {
                totals.indirect.count += 1
                totals.indirect.byteCount += block.byteCount
            }
            groups.add(
                stack: block.record.pointee.allocationStack, isIndirect: mark == .indirect, byteCount: block.byteCount
            )
        }
        return totals
    }

    /// One line, as a report's first.
    private static func say(_ text: StaticString) {
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(text)
        line.append(byte: 10)
        let descriptor = Int32(Options.process.pointee[.reportDescriptor])
        if descriptor > 0 { line.write(to: descriptor) }
        writeNote(text)
    }

    /// - Returns: true if there are leaks that are not suppressed.
    private static func write(_ found: LeakTotals, _ groups: LeakGroups) -> Bool {
        guard Reporter.shared.pointee.acquire() else { return true }
        defer { Reporter.shared.pointee.release() }
        let suppressions = Suppressions()
        defer { suppressions?.end() }
        var totals = found
        var reader = CopiedMemory(PageCopies.shared)
        var written: UInt = 0
        while written < mostGroups, let group = groups.removeLargest() {
            var text = unsafe ReportText(at: Address(bw_report_text()), capacity: UInt(BW_REPORT_TEXT_BYTES))
            text.append(group, &reader)
            if let suppressions, suppressions.apply(.leak, to: text) {
                totals.suppressed.count += group.count
                totals.suppressed.byteCount += group.byteCount
                continue
            }
            Report.writeText(text)
            writeJSON(group, &reader)
            written += 1
        }
        guard totals.suppressed.count != totals.leaked.count else { return false }
        var text = unsafe ReportText(at: Address(bw_report_text()), capacity: UInt(BW_REPORT_TEXT_BYTES))
        text.append(totals)
        Report.writeText(text)
        writeJSON(totals)
        return true
    }
}

extension ReportText {
    private mutating func append(_ sum: (count: UInt, byteCount: UInt)) {
        append(decimal: sum.byteCount)
        append(sum.byteCount == 1 ? " byte in " : " bytes in ")
        append(decimal: sum.count)
        append(sum.count == 1 ? " block" : " blocks")
    }

    /// `bulwark: leak of 300 bytes in 3 blocks`.
    mutating func append(opening group: LeakGroups.Group) {
        append(group.isIndirect ? "bulwark: indirect leak of " : "bulwark: leak of ")
        append((group.count, group.byteCount))
    }

    fileprivate mutating func append<Reader: MemoryReader>(_ group: LeakGroups.Group, _ reader: inout Reader) {
        append(opening: group)
        append(group.stack == 0 ? ", allocated where nobody remembers\n" : ", allocated here:\n")
        append(frames: StackDepot.shared.pointee.backtrace(group.stack).backtrace, &reader)
    }

    fileprivate mutating func append(_ totals: LeakTotals) {
        append("bulwark: leaked: ")
        append(totals.leaked)
        append(", of them indirectly: ")
        append(totals.indirect)
        if totals.suppressed.count != 0 {
            append(", suppressed: ")
            append(totals.suppressed)
        }
        append("; still reachable: ")
        append(totals.reachable)
        append("\n*** End of Bulwark report ***\n")
    }
}
