// The report of leaks, at a process's end or on request (flag leakReport).

import CBulwark
import Synchronization

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
    /// - Returns: how many bytes are leaked, and not suppressed.
    static func make(_ allocator: Ref<Allocator>, stack: Address) -> UInt {
        // One at a time: another search would take this one's marks.
        guard !allocator.pointee.isSearching.exchange(true, ordering: .acquiring) else { return 0 }
        defer { allocator.pointee.isSearching.store(false, ordering: .releasing) }
        guard var search = LeakSearch(allocator) else {
            say("no memory, or process_vm_readv is not allowed")
            return 0
        }
        defer { search.end() }
        guard let groups = BlockGroups() else {
            say("no memory")
            return 0
        }
        defer { groups.end() }
        markAll(search)
        guard search.lookThroughRoots(stack: stack) else {
            say("/proc/self/maps cannot be read")
            return 0
        }
        guard bw_metadata_is_known() else {
            // Descriptors would be taken for uses of their blocks: nothing would be lost.
            say("too many mappings of metadata")
            return 0
        }
        markIndirect(&search)
        if let obstacle = search.obstacle {
            say(obstacle)
            return 0
        }
        let totals = count(search, groups)
        guard totals.leaked.count != 0 else { return 0 }
        return write(totals, groups)
    }

    /// Of all blocks that there are now; what comes later is nobody's loss.
    private static func markAll(_ search: LeakSearch) {
        var walk = BlockWalk(search.allocator)
        while let block = walk.next() { block.record.pointee.setMark(.unreached) }
    }

    /// From each block that nothing reached: what it leads to is leaked for its sake.
    private static func markIndirect(_ search: inout LeakSearch) {
        var walk = BlockWalk(search.allocator)
        while let block = walk.next() {
            guard block.record.pointee.mark == .unreached else { continue }
            search.look(through: block.start, upTo: block.start + block.byteCount, .indirect)
        }
    }

    private static func count(_ search: LeakSearch, _ groups: BlockGroups) -> LeakTotals {
        var totals = LeakTotals()
        var walk = BlockWalk(search.allocator)
        while let block = walk.next() {
            let mark = block.record.pointee.mark
            guard mark == .unreached || mark == .indirect else {
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

    private static func say(_ reason: StaticString) {
        Report.say("leaks are not searched for: ", reason)
        writeNote(reason)
    }

    /// - Returns: how many bytes are leaked, and not suppressed.
    private static func write(_ found: LeakTotals, _ groups: BlockGroups) -> UInt {
        var totals = found
        let isDone = Report.alone {
            let suppressions = FrameRules(.suppressions)
            defer { suppressions?.end() }
            writeGroups(groups, suppressions, &totals)
            guard totals.suppressed.count != totals.leaked.count else { return }
            var text = ReportText.sharedLines
            text.append(totals)
            Report.writeText(text)
            writeJSON(totals)
        }
        return isDone ? totals.leaked.byteCount - totals.suppressed.byteCount : found.leaked.byteCount
    }

    private static func writeGroups(_ groups: BlockGroups, _ suppressions: FrameRules?, _ totals: inout LeakTotals) {
        var reader = CopiedMemory(PageCopies.shared)
        var written: UInt = 0
        while written < mostGroups, let group = groups.removeLargest() {
            var text = ReportText.sharedLines
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
    mutating func append(opening group: BlockGroups.Group) {
        append(group.isIndirect ? "bulwark: indirect leak of " : "bulwark: leak of ")
        append((group.count, group.byteCount))
    }

    fileprivate mutating func append<Reader: MemoryReader>(_ group: BlockGroups.Group, _ reader: inout Reader) {
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
