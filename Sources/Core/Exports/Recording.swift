// Who allocates and who frees (flag blockStacks), as the exported functions say it: around their own work, out of line, so that
// without it they are what they were.

import CBulwark

enum Recording {
    /// Calls are to be remembered.
    @inline(__always) static var isOn: Bool { Variant.blockStacks && StackDepot.shared.pointee.isOpen }

    /// Begins, once the options are known: what was allocated before is unknown.
    static func start() {
        guard Variant.blockStacks, Options.process.pointee.isOn(.blockStacks),
            Options.process.pointee.unwinder != .off, !isOn
        else { return }
        guard StackDepot.shared.pointee.open() else { return }
        if Variant.familyChecks { bw_set_notes_families() }
        OperationTrace.start()
    }

    /// Runs what allocates or frees. If a signal's handler calls exit in the middle of it, the thread's blocks are not looked at.
    @inline(__always) static func changing<Result>(_ body: () -> Result) -> Result {
        guard Variant.heapChecks else { return body() }
        bw_thread_change(1)
        defer { bw_thread_change(-1) }
        return body()
    }

    /// - Parameters:
    ///   - block: what an allocation returns; 0 if it failed.
    ///   - alignment: what was asked for; 0: nothing.
    /// - Returns: the same block.
    static func allocated(_ block: UInt, alignment: UInt = 0) -> UInt {
        if block != 0 {
            let origin = AllocationOrigin(alignment == 0 ? .malloc : .aligned, alignment: alignment)
            Allocator.shared.pointee.noteAllocation(of: Address(block), origin)
            if OperationTrace.isOn, !CurrentThread.isReporting {
                OperationTrace.noteAllocation(of: Address(block), in: Allocator.shared)
            }
        }
        if Variant.heapChecks { checkIfDue() }
        if bw_wants_summaries() != 0 { Summaries.writeWanted() }
        return block
    }

    /// A block is about to be freed, or to be resized.
    static func willDeallocate(_ address: Address) {
        Allocator.shared.pointee.noteDeallocation(of: address)
        if OperationTrace.isOn, address.bits != 0, !CurrentThread.isReporting {
            OperationTrace.noteDeallocation(of: address, in: Allocator.shared)
        }
    }

    /// Every so many allocations of a thread all that it may look at is looked at.
    private static func checkIfDue() {
        let interval = Options.process.pointee[.checkInterval]
        guard interval != 0, !CurrentThread.isReporting else { return }
        bw_thread_set_allocations(bw_thread_allocations() &+ 1)
        guard bw_thread_allocations() >= interval else { return }
        bw_thread_set_allocations(0)
        _ = Allocator.shared.pointee.checkHeap(CurrentThread.heapAddress)
    }

    static func allocated(_ block: UnsafeMutableRawPointer?, alignment: UInt = 0) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: allocated(UInt(bitPattern: block), alignment: alignment))
    }
}
