// Which blocks nothing leads to any more (flag leakReport): a conservative mark, as in LeakSanitizer and in H. Boehm and
// M. Weiser, "Garbage collection in an uncooperative environment" (1988). At the process's end; other threads may still run,
// and what they change meanwhile may be missed, but is never written to, and cannot fault us.

import CBulwark
import Synchronization

/// A live block, as the search knows it.
struct FoundBlock {
    let start: Address
    /// The requested bytes.
    let byteCount: UInt
    let record: Ref<BlockRecord>
}

/// One search.
struct LeakSearch {
    let allocator: Ref<Allocator>
    /// Blocks that were reached and whose content was not looked through yet: their addresses, on a stack.
    private var pending: Table<UInt>
    private var pendingCount: UInt = 0
    private let pendingCapacity: UInt
    /// What is looked through is copied here first: it may vanish, or be inaccessible.
    private let buffer: Address
    private let process = bw_os_process_id()
    private let memory: (start: Address, byteCount: UInt)
    /// Blocks were found for which there was no room: nothing can be said of those that were not reached.
    private(set) var isIncomplete = false

    static var bufferByteCount: UInt { Unit.slice }

    /// - Returns: nil if there is no memory for it, or memory cannot be read safely.
    init?(_ allocator: Ref<Allocator>) {
        self.allocator = allocator
        let statistics = allocator.pointee.statistics()
        // Some more, for what other threads allocate meanwhile.
        pendingCapacity = statistics.usedCount + statistics.hugeCount + 4096
        let byteCount = Self.bufferByteCount + (pendingCapacity * 8).aligned(up: Unit.osPage)
        guard let start = VirtualMemory.map(byteCount: byteCount, writable: true) else { return nil }
        memory = (start, byteCount)
        buffer = start
        unsafe pending = Table(at: start + Self.bufferByteCount)
        // A sandbox may forbid the call: then nothing would be reached.
        guard unsafe bw_os_copy_safely(buffer.pointer, (start + 8).bits, 8, process) == 0 else {
            VirtualMemory.unmap(start, byteCount: byteCount)
            return nil
        }
    }

    /// Gives the search's memory back.
    func end() { VirtualMemory.unmap(memory.start, byteCount: memory.byteCount) }

    /// The live block that an address lies in.
    func block(covering address: Address) -> FoundBlock? {
        guard let page = allocator.pointee.pageMap.page(covering: address) else { return nil }
        switch page.pointee.kind {
        case .trap, .sampled: return nil
        case .large, .huge:
            let state = page.pointee.sharedState
            let byteCount = page.pointee.requestedByteCount
            guard state.isInUse, state.isUnowned, address.offset(from: page.pointee.origin) < byteCount,
                let record = page.pointee.record(0)
            else { return nil }
            return FoundBlock(start: page.pointee.origin, byteCount: byteCount, record: record)
        case .blocks:
            let size = UInt(page.pointee.blockByteCount)
            let number = address.offset(from: page.pointee.origin) / size
            guard number != 0, number <= UInt(page.pointee.sharedCapacity.load(ordering: .relaxed)) else {
                return nil
            }
            return block(UInt32(number), of: page)
        }
    }

    private func block(_ number: UInt32, of page: Ref<Page>) -> FoundBlock? {
        guard page.pointee.states.isLive(number), let record = page.pointee.record(number) else { return nil }
        let start = page.pointee.address(of: number)
        return FoundBlock(start: start, byteCount: page.pointee.requestedByteCount(of: start), record: record)
    }

    /// Looks through memory that may not be there; what it leads to gets a mark, and so on.
    mutating func look(through start: Address, upTo end: Address, _ mark: BlockRecord.Mark) {
        lookOnce(through: start, upTo: end, mark)
        while pendingCount != 0 {
            pendingCount -= 1
            let address = Address(unsafe pending[unchecked: pendingCount])
            guard let block = block(covering: address) else { continue }
            lookOnce(through: block.start, upTo: block.start + block.byteCount, mark)
        }
    }

    private mutating func lookOnce(through start: Address, upTo end: Address, _ mark: BlockRecord.Mark) {
        var at = start.aligned(up: 8)
        while at.bits + 8 <= end.bits {
            let byteCount = Swift.min(Self.bufferByteCount, end.offset(from: at).aligned(down: 8))
            if unsafe bw_os_copy_safely(buffer.pointer, at.bits, Int(byteCount), process) == 0 {
                lookThroughBuffer(byteCount, mark)
            } else if byteCount > Unit.osPage {
                // Some of it is not there: by OS pages.
                let next = Swift.min((at + Unit.osPage).bits.aligned(down: Unit.osPage), end.bits)
                lookOnce(through: at, upTo: Address(next), mark)
                at = Address(next)
                continue
            }
            at = at + byteCount
        }
    }

    private mutating func lookThroughBuffer(_ byteCount: UInt, _ mark: BlockRecord.Mark) {
        var offset: UInt = 0
        while offset < byteCount {
            let word = unsafe (buffer + offset).loadWord()
            offset += 8
            // Most words are no address of anything.
            guard word >= UInt64(Unit.slice), word >> 47 == 0, let block = block(covering: Address(UInt(word))),
                block.record.pointee.mark == .none
            else { continue }
            block.record.pointee.mark = mark
            guard pendingCount < pendingCapacity else {
                isIncomplete = true
                continue
            }
            unsafe pending[unchecked: pendingCount] = block.start.bits
            pendingCount += 1
        }
    }

    /// Where a walk over all live blocks is.
    struct Walk {
        fileprivate var segment: Ref<Segment>?
        fileprivate var slice: UInt = 0
        fileprivate var huge: Ref<Page>?
        fileprivate var page: Ref<Page>?
        fileprivate var number: UInt32 = 0
    }

    /// A walk over the live blocks of size classes and of pages of one block, from the beginning.
    func walk() -> Walk {
        Walk(segment: allocator.pointee.arena.segments, huge: allocator.pointee.arena.hugePages)
    }

    /// The walk's next block.
    func next(_ walk: inout Walk) -> FoundBlock? {
        while true {
            if let page = walk.page {
                walk.number += 1
                if page.pointee.kind == .blocks,
                    walk.number <= UInt32(page.pointee.sharedCapacity.load(ordering: .relaxed))
                {
                    if let block = block(walk.number, of: page) { return block }
                    continue
                }
                walk.page = nil
                if page.pointee.kind != .blocks, let block = block(covering: page.pointee.origin) { return block }
            }
            guard let page = nextPage(&walk) else { return nil }
            if page.pointee.sharedState.isInUse {
                walk.page = page
                walk.number = 0
            }
        }
    }

    private func nextPage(_ walk: inout Walk) -> Ref<Page>? {
        while let segment = walk.segment {
            while walk.slice < Unit.slicesInSegment {
                let slice = walk.slice
                if segment.pointee.free.contains(slice) {
                    walk.slice += 1
                } else {
                    let page = Segment.page(slice, of: segment)
                    walk.slice += Swift.max(1, UInt(page.pointee.sliceCount))
                    return page
                }
            }
            walk.segment = segment.pointee.next
            walk.slice = 0
        }
        guard let page = walk.huge else { return nil }
        walk.huge = page.pointee.next
        return page
    }

    /// The search's own memory.
    var extent: (start: Address, byteCount: UInt) { memory }
}
