// How a harness says that something is wrong, and what it was doing.

import CFuzz
import Glibc

/// What happened so far in this input, for whoever reads a finding; kept only if BULWARK_FUZZ_TRACE is set.
enum Trace {
    static let isOn = unsafe getenv("BULWARK_FUZZ_TRACE") != nil
    static func say(_ text: @autoclosure () -> String) { if isOn { write(text()) } }
    static func write(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = unsafe Glibc.write(2, line, line.count)
    }
}

/// Ends the process: libFuzzer keeps the input.
func finding(_ text: String) -> Never {
    Trace.write("FINDING: \(text) [\(Variant.name)]")
    fuzz_abort()
}

/// A finding, unless the condition holds.
func expect(_ condition: Bool, _ text: @autoclosure () -> String) { if !condition { finding(text()) } }

/// `0x…`, as reports write addresses.
func hex(_ address: Address) -> String { "0x" + String(address.bits, radix: 16) }
