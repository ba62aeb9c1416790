// malloc_usable_size, malloc_trim, mallopt, and glibc's reports: mallinfo(3), malloc_stats(3), malloc_info(3).

import CBulwark

@c @implementation public func bw_abi_malloc_usable_size(_ block: UnsafeMutableRawPointer?) -> Int {
    guard Allocator.isReady(Allocator.shared) else { return 0 }
    let address = unsafe EntryPoint.address(block)
    return Int(bitPattern: Memcheck.quietly { Allocator.shared.pointee.usableByteCount(address) })
}

/// Gives what is free back to the kernel.
/// - Returns: true if there was anything.
private func trim() -> Bool {
    guard Allocator.isReady(Allocator.shared) else { return false }
    if let heap = Heap.current { heap.pointee.releaseEmptyPages() }
    Allocator.shared.pointee.returnParkedHeaps(until: .max)
    let hadAny = Allocator.shared.pointee.statistics().dirtyByteCount != 0
    Allocator.shared.pointee.arena.purge(dueBy: .max)
    return hadAny
}

@c @implementation public func bw_abi_malloc_trim(_ pad: Int) -> Int32 { Memcheck.quietly { trim() } ? 1 : 0 }

/// glibc's parameters steer mechanisms that do not exist here; as there, unknown ones are accepted too.
@c @implementation public func bw_abi_mallopt(_ parameter: Int32, _ value: Int32) -> Int32 { 1 }

func currentStatistics() -> Statistics {
    Allocator.isReady(Allocator.shared) ? Allocator.shared.pointee.statistics() : Statistics()
}

@c @implementation public func bw_abi_mallinfo2() -> bw_mallinfo2 {
    let sum = currentStatistics()
    var info = bw_mallinfo2()
    info.arena = Int(sum.committedByteCount)
    info.ordblks = Int(sum.freeCount)
    info.hblks = Int(sum.hugeCount)
    info.hblkhd = Int(sum.hugeByteCount)
    info.uordblks = Int(sum.usedByteCount)
    info.fordblks = Int(sum.freeByteCount)
    info.keepcost = Int(sum.dirtyByteCount)
    return info
}

@c @implementation public func bw_abi_mallinfo() -> bw_mallinfo {
    let wide = bw_abi_mallinfo2()
    var info = bw_mallinfo()
    // The old interface's fields are ints that wrap: mallinfo(3), "Bugs".
    info.arena = Int32(truncatingIfNeeded: wide.arena)
    info.ordblks = Int32(truncatingIfNeeded: wide.ordblks)
    info.hblks = Int32(truncatingIfNeeded: wide.hblks)
    info.hblkhd = Int32(truncatingIfNeeded: wide.hblkhd)
    info.uordblks = Int32(truncatingIfNeeded: wide.uordblks)
    info.fordblks = Int32(truncatingIfNeeded: wide.fordblks)
    info.keepcost = Int32(truncatingIfNeeded: wide.keepcost)
    return info
}

extension TextBuffer {
    fileprivate mutating func append(line name: StaticString, _ number: UInt) {
        append(name)
        append(decimal: number)
        append(byte: 10)
    }

    fileprivate mutating func append(total kind: StaticString, _ count: UInt, _ byteCount: UInt) {
        append("<total type=\"")
        append(kind)
        append("\" count=\"")
        append(decimal: count)
        append("\" size=\"")
        append(decimal: byteCount)
        append("\"/>\n")
    }

    fileprivate mutating func append(system kind: StaticString, _ byteCount: UInt) {
        append("<system type=\"")
        append(kind)
        append("\" size=\"")
        append(decimal: byteCount)
        append("\"/>\n")
    }
}

/// On stderr, with a table of sizes; malloc_stats(3).
@c @implementation public func bw_abi_malloc_stats() {
    let sum = currentStatistics()
    var text = TextBuffer()
    text.append("bulwark ")
    text.append(Variant.name)
    text.append(line: "\nsystem bytes     = ", sum.committedByteCount + sum.hugeByteCount)
    text.append(line: "in use bytes     = ", sum.usedByteCount + sum.hugeByteCount)
    text.append(line: "free bytes       = ", sum.freeByteCount)
    text.append(line: "purgeable bytes  = ", sum.dirtyByteCount)
    text.append(line: "huge blocks      = ", sum.hugeCount)
    text.append(line: "huge bytes       = ", sum.hugeByteCount)
    text.append(line: "metadata bytes   = ", sum.metadataByteCount)
    text.append(line: "guards           = ", sum.guardCount)
    text.append(line: "guards refused   = ", sum.refusedGuardCount)
    text.append(line: "foreign frees    = ", sum.foreignFreeCount)
    text.write(to: 2)
    SizeInformation.writeTable(to: 2)
}

/// XML with glibc's elements, and attributes of our own (Core.docc/StatisticsNotes.md); malloc_info(3).
@c @implementation public func bw_abi_malloc_info(
    _ options: Int32, _ stream: UnsafeMutableRawPointer?
) -> Int32 {
    guard options == 0 else { return Int32(BW_EINVAL) }
    let sum = currentStatistics()
    var text = TextBuffer()
    text.append("<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n")
    unsafe text.write(toStream: stream)
    unsafe SizeInformation.writeElements(to: stream)
    text = TextBuffer()
    text.append("</sizes>\n")
    text.append(total: "fast", 0, 0)
    text.append(total: "rest", sum.freeCount, sum.freeByteCount)
    text.append(system: "current", sum.committedByteCount)
    text.append("</heap>\n")
    text.append(total: "used", sum.usedCount, sum.usedByteCount)
    text.append(total: "rest", sum.freeCount, sum.freeByteCount)
    text.append(total: "mmap", sum.hugeCount, sum.hugeByteCount)
    text.append(system: "current", sum.committedByteCount + sum.hugeByteCount)
    text.append(system: "metadata", sum.metadataByteCount)
    text.append("</malloc>\n")
    unsafe text.write(toStream: stream)
    return 0
}
