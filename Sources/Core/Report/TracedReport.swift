// The part of a report that needs an unwinder (flag backtraces).

import CBulwark

enum TracedReport {
    /// Writes who was caught, who freed the block and who allocated it, into the two texts.
    /// - Parameters:
    ///   - text: is flushed before a library is opened.
    ///   - wantsJSON: false if nobody reads `json`.
    static func write(_ event: Event, _ text: inout ReportText, _ json: inout ReportText, wantsJSON: Bool) {
        let heap = CurrentThread.heapAddress
        CurrentThread.heapAddress = Address(0)
        CurrentThread.usesReserve = true
        defer {
            CurrentThread.usesReserve = false
            CurrentThread.heapAddress = heap
        }
        var reader = CopiedMemory(PageCopies.shared)
        var detection = Backtrace()
        let unwinder = trace(event, &text, into: &detection, &reader)
        var history = event.history
        history?.unwind(reader)
        if let history { text.append(history, of: event, &reader) }
        if event.history != nil || unwinder.utf8CodeUnitCount != 3 { text.appendEnd() }
        guard wantsJSON else { return }
        json.append(detection: detection, unwinder: unwinder, &reader)
        if let history { json.append(history, &reader) }
    }

    /// Collects the callers of our library, and writes them.
    /// - Returns: how they were found, as in the option `unwinder`.
    private static func trace(
        _ event: Event, _ text: inout ReportText, into backtrace: inout Backtrace, _ reader: inout CopiedMemory
    ) -> StaticString {
        let choice = Options.process.pointee.unwinder
        let depth = Int(Options.process.pointee[.backtraceDepth])
        guard choice != .off else { return "off" }
        var frames = FramePointers(frame: Address(bw_frame_address()))
        if let fault = event.fault {
            frames = FramePointers(registers: fault.registers)
        } else if !frames.leave(.own, &reader) {
            return "frames"
        }
        let start = frames.registers
        if !choice.usesLibunwind || bw_unwinder_state() != BW_UNWINDER_OPEN {
            Unwinder.follow(&frames, &reader, into: &backtrace, depth: depth)
            text.append(section: "detected", thread: event.thread, how: ", by frame pointers", backtrace, &reader)
            guard choice.usesLibunwind, open(&text) else { return "frames" }
            // Memory changed since it was copied: libraries came.
            reader = CopiedMemory(PageCopies.shared)
            backtrace.removeAll()
        }
        Unwinder.walk(start, &reader, into: &backtrace, depth: depth)
        text.append(section: "detected", thread: event.thread, backtrace, &reader)
        return "libunwind"
    }

    /// Opens libunwind late, if the process ends anyway: what is known so far is written first.
    private static func open(_ text: inout ReportText) -> Bool {
        guard Options.process.pointee.onViolation != .report, bw_unwinder_state() == BW_UNWINDER_CLOSED else {
            return false
        }
        text.flush(to: Report.textDescriptor)
        return bw_unwinder_open_within(Reporter.openingLimit)
    }
}
