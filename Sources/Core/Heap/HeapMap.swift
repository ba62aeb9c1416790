// A map of the process's segments, pages and their blocks, as JSON for `bulwark map` (flag blockStacks): option map_file,
// bw_write_map.

import CBulwark
import Synchronization

/// Writes one map. The fields are described in Core.docc/HeapMapNotes.md.
struct HeapMap {
    private let allocator: Ref<Allocator>
    private let descriptor: Int32
    private var text: ReportText

    /// Writes a map in place of what a file holds. Takes the arena's lock; what other threads do to their own pages meanwhile may
    /// be in it or not.
    /// - Returns: false if the file cannot be made.
    static func write(_ allocator: Ref<Allocator>, to name: FileName) -> Bool {
        // Before the reporter's lock, as everywhere.
        allocator.pointee.arena.lock.acquire()
        defer { allocator.pointee.arena.lock.release() }
        var isOpen = false
        let isDone = Report.alone {
            let descriptor = name.openEmpty()
            guard descriptor >= 0 else { return }
            isOpen = true
            var map = HeapMap(allocator: allocator, descriptor: descriptor, text: .sharedLines)
            map.write()
            bw_os_close(descriptor)
        }
        return isDone && isOpen
    }

    /// A line is at most some 300 bytes; the memory is written when half of it is full.
    private mutating func endLine() {
        text.append(byte: 10)
        guard text.byteCount > UInt(BW_REPORT_TEXT_BYTES) / 2 else { return }
        text.write(to: descriptor)
        text = .sharedLines
    }

    private mutating func write() {
        text.appendOpening(variant: Variant.name)
        text.append(key: "summary", "map")
        text.appendProcess()
        text.append(key: "slice_byte_count", Unit.slice)
        text.append(key: "slice_count", Unit.slicesInSegment)
        if Variant.sampledGuards {
            let (count, byteCount) = allocator.pointee.samples.liveCountAndByteCount
            text.append(key: "sampled_block_count", count)
            text.append(key: "sampled_byte_count", byteCount)
        }
        text.append(key: "segments")
        text.append("[")
        var (candidate, isFirst) = (allocator.pointee.arena.segments, true)
        while let segment = candidate {
            candidate = segment.pointee.next
            if !isFirst { text.append(",") }
            write(segment)
            isFirst = false
        }
        text.append("]")
        text.append(key: "huge")
        text.append("[")
        var (huge, isFirstHuge) = (allocator.pointee.arena.hugePages, true)
        while let page = huge {
            huge = page.pointee.next
            text.append(isFirstHuge ? "{" : ",{")
            text.append(key: "start", isFirst: true)
            text.append("\"")
            text.append(page.pointee.origin)
            text.append("\"")
            appendSingle(page)
            text.append("}")
            endLine()
            isFirstHuge = false
        }
        text.append("]")
        text.appendClosing()
        text.write(to: descriptor)
    }

    private mutating func write(_ segment: Ref<Segment>) {
        text.append("{")
        text.append(key: "base", isFirst: true)
        text.append("\"")
        text.append(segment.pointee.base)
        text.append("\"")
        text.append(key: "committed_slice_count", segment.pointee.committedCount)
        text.append(key: "runs")
        text.append("[")
        endLine()
        var slice: UInt = 0
        while slice < Unit.slicesInSegment {
            if slice != 0 { text.append(",") }
            if segment.pointee.free.contains(slice) {
                slice = writeFree(segment, from: slice)
            } else {
                let page = Segment.page(slice, of: segment)
                let count = Swift.max(1, UInt(page.pointee.sliceCount))
                open(slice, count)
                append(page, segment, slice..<slice + count)
                slice += count
            }
            text.append("}")
            endLine()
        }
        text.append("]}")
    }

    private mutating func open(_ slice: UInt, _ count: UInt) {
        text.append("{")
        text.append(key: "slice", isFirst: true)
        text.append(decimal: slice)
        text.append(key: "count", count)
    }

    /// What free slices are kept as.
    private enum FreeKind: UInt8 {
        /// No memory, and not writable yet; none any more; some, until it is purged.
        case untouched, purged, kept
        /// They fault: until the purge delay is over, and after it.
        case waiting, sealed

        var name: StaticString {
            switch self {
            case .untouched: "untouched"
            case .purged: "purged"
            case .kept: "kept"
            case .waiting: "waiting"
            case .sealed: "sealed"
            }
        }
    }

    private static func kind(ofFree slice: UInt, _ segment: Ref<Segment>) -> FreeKind {
        if slice >= segment.pointee.committedCount { return .untouched }
        let isDirty = segment.pointee.dirty.contains(slice)
        if segment.pointee.sealed.contains(slice) { return isDirty ? .waiting : .sealed }
        return isDirty ? .kept : .purged
    }

    /// The free slices from one on that are kept alike.
    /// - Returns: the first slice behind them.
    private mutating func writeFree(_ segment: Ref<Segment>, from slice: UInt) -> UInt {
        let kind = Self.kind(ofFree: slice, segment)
        var end = slice + 1
        while end < Unit.slicesInSegment, segment.pointee.free.contains(end),
            Self.kind(ofFree: end, segment) == kind
        {
            end += 1
        }
        open(slice, end - slice)
        text.append(key: "kind", kind.name)
        return end
    }

    private mutating func append(_ page: Ref<Page>, _ segment: Ref<Segment>, _ run: Range<UInt>) {
        guard page.pointee.kind == .blocks else {
            appendSingle(page)
            text.append(key: "guards", UInt(page.pointee.guardCount))
            return
        }
        guard page.pointee.sharedState.isInUse else {
            text.append(key: "kind", "changing")
            return
        }
        let front: UInt = segment.pointee.frontGuards.contains(run.lowerBound) ? 1 : 0
        let back: UInt = segment.pointee.backGuards.contains(run.upperBound - 1) ? 1 : 0
        let made = UInt32(page.pointee.sharedCapacity.load(ordering: .relaxed))
        let fresh = UInt(page.pointee.states.availableCount(upTo: made).untouched)
        // Both while other threads run.
        let live = Swift.min(page.pointee.approximateUsed, UInt(made))
        text.append(key: "kind", "blocks")
        text.append(key: "block_byte_count", UInt(page.pointee.blockByteCount))
        text.append(key: "room", UInt(page.pointee.blockCount))
        text.append(key: "made", UInt(made))
        text.append(key: "live", live)
        text.append(key: "waiting", UInt(made) - live - Swift.min(fresh, UInt(made) - live))
        text.append(key: "fresh", Swift.min(fresh, UInt(made) - live))
        text.append(key: "byte_count", requestedByteCount(of: page, made))
        text.append(key: "guards", front + back)
        text.append(key: "owner", Address(page.pointee.owner.load(ordering: .relaxed)))
        appendFill(of: page, made)
    }

    private func requestedByteCount(of page: Ref<Page>, _ made: UInt32) -> UInt {
        var (sum, number): (UInt, UInt32) = (0, 1)
        while number <= made {
            if page.pointee.states.isLive(number) {
                sum += page.pointee.rememberedByteCount(number) ?? page.pointee.roomByteCount
            }
            number += 1
        }
        return sum
    }

    /// How full a page is from its beginning to its end, in up to 64 digits: tenths of the blocks that are live, a point where
    /// none was made yet.
    private mutating func appendFill(of page: Ref<Page>, _ made: UInt32) {
        let room = UInt32(page.pointee.blockCount)
        let cells = Swift.min(64, room)
        text.append(key: "fill")
        text.append("\"")
        for cell in 0..<cells {
            let (first, end) = (cell * room / cells + 1, (cell + 1) * room / cells + 1)
            var (live, number): (UInt32, UInt32) = (0, first)
            while number < end, number <= made {
                if page.pointee.states.isLive(number) { live += 1 }
                number += 1
            }
            // Something live is never 0, and 9 is all.
            let tenths = live == 0 ? 0 : live == end - first ? 9 : 1 + live * 8 / (end - first)
            text.append(byte: first > made ? 46 : 48 + UInt8(tenths))
        }
        text.append("\"")
    }

    private mutating func appendSingle(_ page: Ref<Page>) {
        text.append(key: "kind", page.pointee.kind == .huge ? "huge" : "large")
        let isInUse = page.pointee.sharedState.isInUse
        text.append(key: "state", isInUse ? "live" : isDetained(page) ? "waiting" : "changing")
        text.append(key: "byte_count", page.pointee.requestedByteCount)
        text.append(key: "room_byte_count", page.pointee.byteCount)
    }

    private func isDetained(_ page: Ref<Page>) -> Bool {
        for place in 0..<allocator.pointee.arena.detained.count
        where allocator.pointee.arena.detained[place] == page { return true }
        return false
    }
}
