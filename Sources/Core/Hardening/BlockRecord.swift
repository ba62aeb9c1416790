// What is remembered of each block (flag blockStacks): 16 bytes, out of line, beside the state bits.

import Synchronization

/// Who allocated a block, and who freed it: the numbers of their backtraces in StackDepot and the kernel's ids of their
/// threads, which have 22 bits; and by which function. Valid, and empty, when zero-initialised.
///
/// Written by whoever allocates or frees the block, whom the program orders; anybody may read it, for a report.
struct BlockRecord: ~Copyable {
    private let allocation = Atomic<UInt32>(0)
    /// The thread, and above it the bits of AllocationOrigin.
    private let allocating = Atomic<UInt32>(0)
    private let deallocation = Atomic<UInt32>(0)
    private let freeingThread = Atomic<UInt32>(0)

    /// The bytes of one.
    static var stride: UInt { 16 }
    /// The room that one slice's blocks need; a page uses its first slice's. Memory only as blocks are used.
    static var byteCountPerSlice: UInt {
        Variant.blockStacks ? (UInt(Variant.PageStates.largestNumber) + 1) * stride : 0
    }

    private static var threadBits: UInt32 { 22 }
    private static var threadMask: UInt32 { 1 << threadBits - 1 }

    /// The block was handed out.
    func noteAllocation(_ stack: UInt32, thread: UInt32, _ origin: AllocationOrigin) {
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

    /// How far the search for leaks got with a live block. (In the field of the backtrace of its free, which it has not.)
    enum Mark: UInt32 {
        case none = 0
        /// Something in use leads here.
        case reached = 1
        /// A leaked block leads here.
        case indirect = 2
    }
    var mark: Mark {
        get { Mark(rawValue: deallocation.load(ordering: .relaxed)) ?? .none }
        nonmutating set { deallocation.store(newValue.rawValue, ordering: .relaxed) }
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
