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
        return block
    }

    static func allocated(_ block: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: allocated(UInt(bitPattern: block)))
    }
}
