// What is remembered of each block (flag blockStacks): 24 bytes, out of line, beside the state bits.

import Synchronization

/// Who allocated a block, and who freed it: the numbers of their backtraces in StackDepot and the kernel's ids of their
/// threads, which have 22 bits; by which function, and how many bytes. Valid, and empty, when zero-initialised.
///
/// Written by whoever allocates or frees the block, whom the program orders; anybody may read it, for a report.
struct BlockRecord: ~Copyable {
    private let allocation = Atomic<UInt32>(0)
    /// The thread, and above it the bits of AllocationOrigin.
    private let allocating = Atomic<UInt32>(0)
    private let deallocation = Atomic<UInt32>(0)
    private let freeingThread = Atomic<UInt32>(0)
    /// The requested size, and above it a mark of the search for leaks.
    private let requested = Atomic<UInt>(0)

    /// The bytes of one.
    static var stride: UInt { 24 }
    /// The room that one slice's blocks need; a page uses its first slice's. Memory only as blocks are used.
    static var byteCountPerSlice: UInt {
        Variant.blockStacks ? (UInt(Variant.PageStates.largestNumber) + 1) * stride : 0
    }

    private static var threadBits: UInt32 { 22 }
    private static var threadMask: UInt32 { 1 << threadBits - 1 }
    private static var markShift: UInt { 62 }
    private static var byteCountMask: UInt { 1 << markShift - 1 }

    /// The block was handed out.
    /// - Parameter byteCount: the requested size.
    func noteAllocation(_ stack: UInt32, thread: UInt32, _ origin: AllocationOrigin, byteCount: UInt) {
        requested.store(byteCount & Self.byteCountMask, ordering: .relaxed)
        allocation.store(stack, ordering: .relaxed)
        allocating.store(thread & Self.threadMask | origin.bits << Self.threadBits, ordering: .relaxed)
        deallocation.store(0, ordering: .relaxed)
        freeingThread.store(0, ordering: .relaxed)
    }

    /// The block is being freed.
    func noteDeallocation(_ stack: UInt32, thread: UInt32) {
        deallocation.store(stack, ordering: .relaxed)
        freeingThread.store(thread, ordering: .relaxed)
    }

    /// The block was not freed after all.
    func forgetDeallocation() { noteDeallocation(0, thread: 0) }

    /// The size that the block was requested with, be it live or free; 0: it is not known.
    var byteCount: UInt { requested.load(ordering: .relaxed) & Self.byteCountMask }

    /// The block's allocation was remembered.
    var isNoted: Bool { allocating.load(ordering: .relaxed) != 0 }

    /// The number of the backtrace of the block's free.
    var deallocationStack: UInt32 { deallocation.load(ordering: .relaxed) }

    /// By which function the block was allocated.
    var origin: AllocationOrigin {
        get { AllocationOrigin(bits: allocating.load(ordering: .relaxed) >> Self.threadBits) }
        nonmutating set {
            allocating.store(allocatingThread | newValue.bits << Self.threadBits, ordering: .relaxed)
        }
    }

    private var allocatingThread: UInt32 { allocating.load(ordering: .relaxed) & Self.threadMask }

    /// The number of the allocation's backtrace.
    var allocationStack: UInt32 { allocation.load(ordering: .relaxed) }

    /// How far the search for leaks got with a live block.
    enum Mark: UInt {
        /// It came after the search had begun.
        case none
        /// Nothing led here so far.
        case unreached
        /// Something in use leads here.
        case reached
        /// A leaked block leads here.
        case indirect
    }
    var mark: Mark { Mark(rawValue: requested.load(ordering: .relaxed) >> Self.markShift) ?? .none }

    /// Changes the mark, unless another thread ends the block, or begins it, at this instant.
    func setMark(_ mark: Mark) {
        let old = requested.load(ordering: .relaxed)
        let new = old & Self.byteCountMask | mark.rawValue << Self.markShift
        _ = requested.compareExchange(expected: old, desired: new, ordering: .relaxed)
    }

    /// For a report of a block that starts at `start`.
    /// - Returns: nil if nothing was remembered.
    func history(start: Address, byteCount: UInt) -> BlockHistory? {
        var history = BlockHistory()
        history.start = start
        history.byteCount = byteCount
        history.allocatingThread = allocatingThread
        history.freeingThread = freeingThread.load(ordering: .relaxed)
        guard history.allocatingThread != 0 || history.freeingThread != 0 else { return nil }
        history.allocation = StackDepot.shared.pointee.backtrace(allocationStack)
        history.deallocation = StackDepot.shared.pointee.backtrace(deallocation.load(ordering: .relaxed))
        return history
    }
}
