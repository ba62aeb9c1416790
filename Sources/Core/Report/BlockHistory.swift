// What is known of a block's past when a violation is about it.

/// Who allocated a block and who freed it, for blocks whose backtraces were kept.
struct BlockHistory {
    /// The bytes requested.
    var byteCount: UInt = 0
    /// The address that the block began at.
    var start = Address(0)
    /// The kernel's id of the allocating thread; 0 if unknown.
    var allocatingThread: UInt32 = 0
    var allocation = CompressedBacktrace()
    /// The kernel's id of the freeing thread; 0 if the block was not freed.
    var freeingThread: UInt32 = 0
    var deallocation = CompressedBacktrace()
    /// The same, where stacks were kept to be unwound by whoever needs them.
    var allocationStack = StackSnapshot()
    var deallocationStack = StackSnapshot()

    init() {}

    /// Unwinds the stacks that were kept.
    /// - Parameter memory: all but the stacks.
    mutating func unwind(_ memory: CopiedMemory) {
        if !allocationStack.isEmpty { allocation = CompressedBacktrace(allocationStack.backtrace(memory)) }
        if !deallocationStack.isEmpty { deallocation = CompressedBacktrace(deallocationStack.backtrace(memory)) }
    }
}
