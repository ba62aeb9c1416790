// Backtraces that are kept by the million (flag blockStacks): each once, however many blocks have it, in memory of their own.
// Any thread, without a lock.

import CBulwark
import Synchronization

/// A hash table of backtraces, which are only ever added. Valid, and closed, when zero-initialised.
///
/// A backtrace's number is its place behind the table, in units of 16 bytes; 0 is none. There it has a header, and then its
/// return addresses as CompressedBacktrace keeps them. (1) The headers that a bucket leads to have hashes of that
/// bucket. (2) A header and its bytes do not change once they can be found.
///
/// Two backtraces are taken for one if the 64 bits of their hashes agree: among 2²⁰ of them with a probability of 2⁻²⁵.
struct StackDepot: ~Copyable {
    /// Where the table and, behind it, the backtraces are; 0: the depot is closed.
    private let base = Atomic<UInt>(0)
    /// The units of 16 bytes that are taken, the table's not counted; also those that did not fit.
    private let used = Atomic<UInt>(0)
    private let capacity = Atomic<UInt>(0)
    /// The bytes from `base` on that are writable.
    private let committed = Atomic<UInt>(0)

    private struct Header: ~Copyable {
        let hash: UInt64
        /// The next one of the bucket. Written before the header can be found.
        let next: Atomic<UInt32>
        let byteCount: UInt16
        let frameCount: UInt16
    }

    private static var bucketCount: UInt { 1 << 18 }
    private static var tableByteCount: UInt { bucketCount * 4 }
    private static var unit: UInt { 16 }
    /// Address space that is asked for, and what is taken where there is not so much: about 60 bytes a backtrace.
    private static var byteCounts: (UInt, UInt) { (1 << 30, 32 << 20) }
    /// What is made writable at a time.
    private static var step: UInt { 1 << 20 }

    init() {}

    static var shared: Ref<StackDepot> { unsafe Ref(at: Address(bw_stack_depot())) }

    @inline(__always) var isOpen: Bool { base.load(ordering: .relaxed) != 0 }

    /// The memory that it may use.
    var extent: (start: Address, byteCount: UInt) {
        (
            Address(base.load(ordering: .relaxed)),
            Self.tableByteCount + capacity.load(ordering: .relaxed) * Self.unit
        )
    }

    /// How many bytes the backtraces take.
    var byteCount: UInt { Swift.min(used.load(ordering: .relaxed), capacity.load(ordering: .relaxed)) * Self.unit }

    /// Makes room. Once, before any other call.
    /// - Returns: false if there is no memory: the depot stays closed.
    func open() -> Bool {
        let (most, least) = Self.byteCounts
        var byteCount = most
        var memory = VirtualMemory.map(byteCount: byteCount, writable: false)
        if memory == nil {
            byteCount = least
            memory = VirtualMemory.map(byteCount: byteCount, writable: false)
        }
        guard let memory else { return false }
        guard VirtualMemory.protect(memory, byteCount: Self.tableByteCount, writable: true) else {
            VirtualMemory.unmap(memory, byteCount: byteCount)
            return false
        }
        committed.store(Self.tableByteCount, ordering: .relaxed)
        // Number 0 is nobody's.
        used.store(1, ordering: .relaxed)
        capacity.store((byteCount - Self.tableByteCount) / Self.unit, ordering: .relaxed)
        base.store(memory.bits, ordering: .releasing)
        return true
    }

    /// The number of a backtrace, which is added if it is new; 0 for an empty one, or if there is no room.
    func number(of backtrace: borrowing Backtrace) -> UInt32 {
        guard backtrace.count != 0 else { return 0 }
        let start = Address(base.load(ordering: .acquiring))
        guard start.bits != 0 else { return 0 }
        let hash = backtrace.hash
        let bucket: Ref<Atomic<UInt32>> = unsafe Ref(at: start + UInt(hash) % Self.bucketCount * 4)
        var head = bucket.pointee.load(ordering: .acquiring)
        if let known = find(hash, from: head, start) { return known }
        return add(backtrace, hash, to: bucket, &head, start)
    }

    /// - Parameter head: what the bucket led to when the backtrace was not found there.
    @inline(never) private func add(
        _ backtrace: borrowing Backtrace, _ hash: UInt64, to bucket: Ref<Atomic<UInt32>>, _ head: inout UInt32,
        _ start: Address
    ) -> UInt32 {
        let compressed = CompressedBacktrace(backtrace)
        let units = (UInt(MemoryLayout<Header>.size) + UInt(compressed.byteCount)).aligned(up: Self.unit) / Self.unit
        let place = used.add(units, ordering: .relaxed).oldValue
        guard place + units <= capacity.load(ordering: .relaxed), commit(place + units, start) else { return 0 }
        let at = address(of: UInt32(place), start)
        compressed.copyBytes(to: at + UInt(MemoryLayout<Header>.size))
        let header: Ref<Header> = unsafe Ref(at: at)
        header.initialize(
            to: Header(
                hash: hash, next: Atomic(head), byteCount: UInt16(compressed.byteCount),
                frameCount: UInt16(compressed.count)))
        while true {
            let swapped = bucket.pointee.compareExchange(
                expected: head, desired: UInt32(place), ordering: .acquiringAndReleasing)
            if swapped.exchanged { return UInt32(place) }
            // Another thread was faster; perhaps with the same one, which then is there twice.
            head = swapped.original
            header.pointee.next.store(head, ordering: .relaxed)
        }
    }

    /// The backtrace of a number; empty for 0, and for what is no number.
    func backtrace(_ number: UInt32) -> CompressedBacktrace {
        let start = Address(base.load(ordering: .acquiring))
        let taken = Swift.min(used.load(ordering: .relaxed), capacity.load(ordering: .relaxed))
        guard start.bits != 0, number != 0, UInt(number) < taken else { return CompressedBacktrace() }
        let at = address(of: number, start)
        let header: Ref<Header> = unsafe Ref(at: at)
        return unsafe CompressedBacktrace(
            bytesAt: at + UInt(MemoryLayout<Header>.size), byteCount: Int(header.pointee.byteCount),
            frameCount: Int(header.pointee.frameCount))
    }

    /// Makes the first units writable.
    /// - Returns: false if the kernel may not commit more.
    private func commit(_ units: UInt, _ start: Address) -> Bool {
        let needed = (Self.tableByteCount + units * Self.unit).aligned(up: Self.step)
        while true {
            let old = committed.load(ordering: .acquiring)
            if needed <= old { return true }
            // By several threads at once, perhaps: the same, or a part of it.
            guard VirtualMemory.protect(start + old, byteCount: needed - old, writable: true) else { return false }
            if committed.compareExchange(expected: old, desired: needed, ordering: .acquiringAndReleasing).exchanged {
                return true
            }
        }
    }

    private func address(of number: UInt32, _ start: Address) -> Address {
        start + Self.tableByteCount + UInt(number) * Self.unit
    }

    private func find(_ hash: UInt64, from head: UInt32, _ start: Address) -> UInt32? {
        var number = head
        while number != 0 {
            let header: Ref<Header> = unsafe Ref(at: address(of: number, start))
            if header.pointee.hash == hash { return number }
            number = header.pointee.next.load(ordering: .relaxed)
        }
        return nil
    }
}
