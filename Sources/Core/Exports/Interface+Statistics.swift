// Statistics for the program: as numbers, as text and as JSON. All three come from one list of fields.

import CBulwark

/// The fields by name, in the order of `struct bw_statistics`.
private func forEachField(_ sum: Statistics, _ body: (StaticString, UInt) -> Void) {
    body("live_count", sum.usedCount)
    body("live_bytes", sum.usedByteCount)
    body("free_count", sum.freeCount)
    body("free_bytes", sum.freeByteCount)
    body("large_count", sum.largeCount)
    body("large_bytes", sum.largeByteCount)
    body("huge_count", sum.hugeCount)
    body("huge_bytes", sum.hugeByteCount)
    body("committed_bytes", sum.committedByteCount)
    body("purgeable_bytes", sum.dirtyByteCount)
    body("metadata_bytes", sum.metadataByteCount)
    body("guard_count", sum.guardCount)
    body("refused_guard_count", sum.refusedGuardCount)
    body("foreign_free_count", sum.foreignFreeCount)
}

/// The size classes that have pages: their blocks' size, their pages, and their blocks in use.
private func forEachClass(_ sum: Statistics, _ body: (UInt, UInt, UInt) -> Void) {
    for index in 0..<SizeClass.count where sum.pageCounts[index] != 0 {
        body(SizeClass(index: UInt8(index)).blockByteCount, sum.pageCounts[index], sum.usedCounts[index])
    }
}

@c @implementation public func bw_api_statistics_read(
    _ statistics: UnsafeMutablePointer<bw_statistics>, _ byteCount: Int
) -> Int {
    let fields = UnsafeMutableRawPointer(statistics)
    var at = 0
    forEachField(currentStatistics()) { _, value in
        guard at + MemoryLayout<UInt>.size <= byteCount else { return }
        unsafe fields.storeBytes(of: value, toByteOffset: at, as: UInt.self)
        at += MemoryLayout<UInt>.size
    }
    return at
}

@c @implementation public func bw_api_statistics_text(_ buffer: UnsafeMutablePointer<CChar>?, _ byteCount: Int) -> Int
{
    var text = unsafe CallerText(buffer, byteCount: byteCount)
    let sum = currentStatistics()
    forEachField(sum) { name, value in
        text.append(name)
        text.append(byte: 32)
        text.append(decimal: value)
        text.append(byte: 10)
    }
    forEachClass(sum) { blockByteCount, pageCount, liveCount in
        text.append("class ")
        text.append(decimal: blockByteCount)
        text.append(" pages ")
        text.append(decimal: pageCount)
        text.append(" live ")
        text.append(decimal: liveCount)
        text.append(byte: 10)
    }
    text.finish()
    return Int(bitPattern: text.byteCount)
}

@c @implementation public func bw_api_statistics_json(_ buffer: UnsafeMutablePointer<CChar>?, _ byteCount: Int) -> Int
{
    var text = unsafe CallerText(buffer, byteCount: byteCount)
    let sum = currentStatistics()
    text.append("{\"variant\":\"")
    text.append(Variant.name)
    text.append("\",\"version\":\"")
    text.append(Version.text)
    text.append("\"")
    forEachField(sum) { name, value in
        text.append(",\"")
        text.append(name)
        text.append("\":")
        text.append(decimal: value)
    }
    text.append(",\"classes\":[")
    var isFirst = true
    forEachClass(sum) { blockByteCount, pageCount, liveCount in
        text.append(isFirst ? "{\"block_bytes\":" : ",{\"block_bytes\":")
        isFirst = false
        text.append(decimal: blockByteCount)
        text.append(",\"pages\":")
        text.append(decimal: pageCount)
        text.append(",\"live\":")
        text.append(decimal: liveCount)
        text.append("}")
    }
    text.append("]}")
    text.finish()
    return Int(bitPattern: text.byteCount)
}
