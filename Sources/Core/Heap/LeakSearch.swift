// Which blocks nothing leads to any more (flag leakReport): a conservative mark, as in LeakSanitizer and in H. Boehm and
// M. Weiser, "Garbage collection in an uncooperative environment" (1988). At the process's end or on request; other threads may still run,
// and what they change meanwhile may be missed, but is never written to, and cannot fault us.

import CBulwark
import Synchronization

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
    /// Why nothing can be said of blocks that were not reached; nil: it can.
    private(set) var obstacle: StaticString?

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

    /// Looks through memory that may not be there; what it leads to gets a mark, and so on.
    mutating func look(through start: Address, upTo end: Address, _ mark: BlockRecord.Mark) {
        lookOnce(through: start, upTo: end, mark)
        while pendingCount != 0 {
            pendingCount -= 1
            let address = Address(unsafe pending[unchecked: pendingCount])
            guard let block = allocator.pointee.foundBlock(covering: address) else { continue }
            lookOnce(through: block.start, upTo: block.start + block.byteCount, mark)
        }
    }

    private mutating func lookOnce(through start: Address, upTo end: Address, _ mark: BlockRecord.Mark) {
        var at = start.aligned(up: 8)
        while at.bits + 8 <= end.bits {
            let byteCount = Swift.min(Self.bufferByteCount, end.offset(from: at).aligned(down: 8))
            let result = unsafe bw_os_copy_safely(buffer.pointer, at.bits, Int(byteCount), process)
            if result == 0 {
                lookThroughBuffer(byteCount, mark)
            } else if result != -Int32(BW_EFAULT) {
                // It is there, but the kernel has not the memory to show it, or a sandbox forbids it by now.
                obstacle = "memory cannot be read"
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
            guard word >= UInt64(Unit.slice), word >> 47 == 0,
                let block = allocator.pointee.foundBlock(covering: Address(UInt(word)))
            else { continue }
            let old = block.record.pointee.mark
            guard old == .unreached || old == .none else { continue }
            block.record.pointee.setMark(mark)
            guard pendingCount < pendingCapacity else {
                obstacle = "too many blocks came meanwhile"
                continue
            }
            unsafe pending[unchecked: pendingCount] = block.start.bits
            pendingCount += 1
        }
    }

    /// The search's own memory.
    var extent: (start: Address, byteCount: UInt) { memory }
}
