// What became of the options fail_call and fail_one_in, when the process ends.

import CBulwark

enum FaultSummary {
    /// Says how many system calls could have failed, and how many did, if the options ask for any: whoever lets each fail in turn
    /// learns where to stop.
    static func write() {
        let options = Options.process
        guard Variant.faultInjection, options.pointee[.failCall] | options.pointee[.failOneIn] != 0 else { return }
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(decimal: UInt(bw_fault_call_count()))
        line.append(" system calls could fail, ")
        line.append(decimal: UInt(bw_fault_count()))
        line.append(" did")
        line.append(byte: 10)
        let descriptor = options.pointee[.reportDescriptor]
        if descriptor != 0 { line.write(to: Int32(descriptor)) }
    }
}
