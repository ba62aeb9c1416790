// Statistics for the program: as numbers, as text and as JSON. All three come from one list of fields (Heap/Statistics+Fields).

import CBulwark

@c @implementation public func bw_api_statistics_read(
    _ statistics: UnsafeMutablePointer<bw_statistics>, _ byteCount: Int
) -> Int {
    let fields = UnsafeMutableRawPointer(statistics)
    var at = 0
    currentStatistics().forEachField { field in
        guard at + MemoryLayout<UInt>.size <= byteCount else { return }
        unsafe fields.storeBytes(of: field.value, toByteOffset: at, as: UInt.self)
        at += MemoryLayout<UInt>.size
    }
    return at
}

@c @implementation public func bw_api_statistics_text(_ buffer: UnsafeMutablePointer<CChar>?, _ byteCount: Int) -> Int
{
    var text = unsafe CallerText(buffer, byteCount: byteCount)
    let sum = currentStatistics()
    sum.forEachField { field in
        text.append(field.name)
        text.append(byte: 32)
        text.append(decimal: field.value)
        text.append(byte: 10)
    }
    sum.forEachClass { blockByteCount, pageCount, liveCount in
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
    sum.forEachField { field in
        text.append(",\"")
        text.append(field.name)
        text.append("\":")
        text.append(decimal: field.value)
    }
    text.append(",\"classes\":[")
    var isFirst = true
    sum.forEachClass { blockByteCount, pageCount, liveCount in
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
