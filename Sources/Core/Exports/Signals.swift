// Faults, as signals.c hears of them.

import CBulwark

/// - Parameters:
///   - address: that was accessed.
///   - context: the `ucontext_t` of the fault.
/// - Returns: false if it is no violation of ours: the program's own handler is next.
@c @implementation public func bw_life_fault(
    _ address: UInt, _ isWrite: Bool, _ context: UnsafeRawPointer
) -> Bool {
    guard let access = Allocator.shared.pointee.access(at: Address(address)) else { return false }
    Report.violation(
        access.violation, at: access.history.start, .block(byteCount: access.history.byteCount),
        history: access.history)
    return false
}
