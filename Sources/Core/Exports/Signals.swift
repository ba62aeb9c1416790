// Faults, and requests for statistics, as signals.c hears of them.

import CBulwark

/// - Parameters:
///   - address: that was accessed.
///   - registers: of the instruction; its address is one byte more.
/// - Returns: false if it is no violation of ours: the program's own handler is next.
@c @implementation public func bw_life_fault(
    _ address: UInt, _ isWrite: Bool, _ registers: UnsafePointer<bw_registers>
) -> Bool {
    guard let access = Allocator.shared.pointee.access(at: Address(address)) else { return false }
    let fault = Fault(address: Address(address), isWrite: isWrite, registers: unsafe registers.pointee)
    Report.violation(
        access.violation, at: access.history.start, .block(byteCount: access.history.byteCount),
        history: access.history, fault: fault)
    // Reported, and the program goes on: with what it touched, from now on.
    return VirtualMemory.protect(
        Address(address.aligned(down: Unit.osPage)), byteCount: Unit.osPage, writable: true)
}

@c @implementation public func bw_life_statistics_signal() { Summaries.signalled() }
