// A heap profile: the blocks in use by the backtrace of their allocation (flag blockStacks), in the text form of gperftools' heap
// profiler, which pprof reads.

import CBulwark

enum HeapProfile {
    /// Writes a profile in place of what a file holds. Linux: `proc_pid_maps(5)` for what stands at its end.
    /// - Returns: false if the file cannot be made, or there is no memory.
    static func write(_ allocator: Ref<Allocator>, to name: FileName) -> Bool {
        guard let groups = BlockGroups() else { return false }
        defer { groups.end() }
        var sum: (count: UInt, byteCount: UInt) = (0, 0)
        var walk = BlockWalk(allocator)
        while let block = walk.next() {
            groups.add(
                stack: block.record.pointee.allocationStack, isIndirect: false, byteCount: block.byteCount)
            sum.count += 1
            sum.byteCount += block.byteCount
        }
        var isOpen = false
        let isDone = Report.alone {
            let descriptor = name.openEmpty()
            guard descriptor >= 0 else { return }
            isOpen = true
            write(groups, sum, to: descriptor)
            bw_os_close(descriptor)
        }
        return isDone && isOpen
    }

    private static func write(_ groups: BlockGroups, _ sum: (count: UInt, byteCount: UInt), to descriptor: Int32) {
        var text = ReportText.sharedLines
        text.append("heap profile: ")
        text.append(profiled: sum.count, sum.byteCount)
        text.append(" @ heapprofile\n")
        groups.forEach { group in
            text.append(profiled: group.count, group.byteCount)
            text.append(" @")
            let frames = StackDepot.shared.pointee.backtrace(group.stack).backtrace
            for index in 0..<frames.count {
                text.append(" ")
                text.append(frames[index])
            }
            text.append(byte: 10)
            // A line has 32 frames of at most 15 characters.
            if text.byteCount > UInt(BW_REPORT_TEXT_BYTES) / 2 {
                text.write(to: descriptor)
                text = .sharedLines
            }
        }
        text.append("\nMAPPED_LIBRARIES:\n")
        text.write(to: descriptor)
        copyMappings(to: descriptor)
    }

    private static func copyMappings(to descriptor: Int32) {
        let path: StaticString = "/proc/self/maps"
        let source = unsafe bw_os_open(path.cString)
        guard source >= 0 else { return }
        defer { bw_os_close(source) }
        let buffer = unsafe bw_report_text()
        while true {
            let count = unsafe bw_os_read(source, buffer, Int(BW_REPORT_TEXT_BYTES))
            guard count > 0 else { return }
            unsafe bw_os_write(descriptor, buffer, count)
        }
    }
}

extension ReportText {
    /// Blocks and bytes in use and, since no more is known, as those that were ever allocated.
    fileprivate mutating func append(profiled count: UInt, _ byteCount: UInt) {
        append(decimal: count)
        append(": ")
        append(decimal: byteCount)
        append(" [")
        append(decimal: count)
        append(": ")
        append(decimal: byteCount)
        append("]")
    }
}
