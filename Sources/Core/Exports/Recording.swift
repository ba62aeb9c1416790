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
        _ = StackDepot.shared.pointee.open()
    }

    /// - Parameter block: what an allocation returns; 0 if it failed.
    /// - Returns: the same.
    static func allocated(_ block: UInt) -> UInt {
        if block != 0 { Allocator.shared.pointee.noteAllocation(of: Address(block)) }
        if Variant.heapChecks { checkIfDue() }
        return block
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

    static func allocated(_ block: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: allocated(UInt(bitPattern: block)))
    }
}
