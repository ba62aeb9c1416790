// Blocks by their size, for malloc_stats(3) and malloc_info(3): in every variant, counted by walking the pages. With the flag
// blockStacks also what its counters say (Heap/BlockCounters.swift).

import CBulwark

enum SizeInformation {
    /// A row for each class that has pages, or had blocks.
    private static func forEachClass(_ body: (SizeClass, ClassStatistics, BlockCounters.Row) -> Void) {
        guard Allocator.isReady(Allocator.shared) else { return }
        let classes = Allocator.shared.pointee.classStatistics()
        for index in 0..<SizeClass.count {
            let row = Recording.isOn ? Allocator.shared.pointee.counters[index] : BlockCounters.Row()
            guard classes[index].pageCount != 0 || row.total != 0 else { continue }
            body(SizeClass(index: UInt8(index)), classes[index], row)
        }
    }

    /// Writes a table for people.
    static func writeTable(to descriptor: Int32) {
        var text = TextBuffer()
        text.append("      size       pages      in use        free")
        text.append(Recording.isOn ? "       requested        peak           total\n" : "\n")
        forEachClass { sizeClass, counts, row in
            text.append(sizeClass.blockByteCount, width: 10)
            text.append(counts.pageCount, width: 12)
            text.append(counts.usedCount, width: 12)
            text.append(counts.freeCount, width: 12)
            if Recording.isOn {
                text.append(row.byteCount, width: 16)
                text.append(row.peak, width: 12)
                text.append(row.total, width: 16)
            }
            text.append(byte: 10)
            // A row has at most 180 bytes.
            guard text.byteCount > 800 else { return }
            text.write(to: descriptor)
            text = TextBuffer()
        }
        text.write(to: descriptor)
    }

    /// Writes glibc's element for each class: the free blocks of sizes `from` to `to`; and, in attributes of our own, the rest.
    @unsafe static func writeElements(to stream: UnsafeMutableRawPointer?) {
        forEachClass { sizeClass, counts, row in
            let byteCount = sizeClass.blockByteCount
            let below = sizeClass.index == 0 ? 0 : SizeClass(index: sizeClass.index - 1).blockByteCount
            var text = TextBuffer()
            text.append("<size")
            text.append(attribute: "from", below + 1)
            text.append(attribute: "to", byteCount)
            text.append(attribute: "total", counts.freeCount * byteCount)
            text.append(attribute: "count", counts.freeCount)
            text.append(attribute: "pages", counts.pageCount)
            text.append(attribute: "used_count", counts.usedCount)
            text.append(attribute: "used_size", counts.usedCount * byteCount)
            if Recording.isOn {
                text.append(attribute: "requested_size", row.byteCount)
                text.append(attribute: "peak_count", row.peak)
                text.append(attribute: "allocated_count", row.total)
            }
            text.append("/>\n")
            unsafe text.write(toStream: stream)
        }
    }
}

extension TextBuffer {
    /// Writes the text to a stream of libc's.
    @unsafe func write(toStream stream: UnsafeMutableRawPointer?) {
        unsafe withBytes { bytes, count in
            unsafe bw_write_stream(stream, bytes.assumingMemoryBound(to: CChar.self), count)
        }
    }

    fileprivate mutating func append(attribute name: StaticString, _ number: UInt) {
        append(" ")
        append(name)
        append("=\"")
        append(decimal: number)
        append("\"")
    }
}
