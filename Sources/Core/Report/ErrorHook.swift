// The program's function that hears of violations (bw_register_error). Called between a report and its consequence, by the
// thread that was caught.

import CBulwark

enum ErrorHook {
    static func tell(_ event: Event, ends: Bool) {
        guard bw_has_hook(BW_HOOK_ERROR) else { return }
        var violation = unsafe bw_violation(
            kind: event.violation.identifier.cString, address: UnsafeRawPointer(bitPattern: event.address.bits),
            size: Int(bitPattern: event.subject.byteCount), thread: event.thread, ends: ends)
        unsafe bw_call_error_hook(&violation)
    }
}

extension Subject {
    /// The size of the block that it is about; 0 if there is none.
    fileprivate var byteCount: UInt {
        switch self {
        case .foreign, .inside: 0
        case .block(let byteCount), .sized(let byteCount, _), .mismatched(let byteCount, _, _),
            .misaligned(let byteCount, _, _):
            byteCount
        }
    }
}
