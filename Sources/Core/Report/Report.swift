// A violation's report, from its first line to its consequences. Any thread, in any state: whatever lock it holds, whatever is
// left of its stack.

import CBulwark

/// What a report must know of the variant; the flags of variants, which lie above this folder, say it.
protocol ReportFlags {
    static var name: StaticString { get }
    static var backtraces: Bool { get }
}

enum Report {
    /// Reports a violation; then the process ends, or goes on, as the option `on_violation` says.
    ///
    /// The first line is written before anything else is tried. errno is kept.
    static func raise<Variant: ReportFlags>(_ event: Event, for variant: Variant.Type) {
        let savedError = bw_errno()
        bw_probe_violation(event.address.bits)
        let policy = event.isHarmless ? .report : Options.process.pointee.onViolation
        guard !CurrentThread.isReporting else {
            // By a signal handler, or what it called, or by a library that we called: no more than a line.
            writeLine(event, to: textDescriptor)
            if policy == .abort { bw_os_abort_at_once() }
            if policy == .trap { bw_os_trap() }
            bw_set_errno(savedError)
            return
        }
        CurrentThread.isReporting = true
        // A handler that interrupted us could wait for a thread that waits for us.
        let hadPipeSignal = bw_os_has_pipe_signal()
        let signals = bw_os_block_signals()
        let isAlone = Reporter.shared.pointee.acquire()
        writeLine(event, to: textDescriptor)
        if isAlone { writeBody(event, variant) }
        if Variant.backtraces { bw_trace_flush() }
        ErrorHook.tell(event, ends: policy != .report)
        if policy == .report {
            if !event.isHarmless { Reporter.shared.pointee.noteGoingOn() }
            if isAlone { Reporter.shared.pointee.release() }
            CurrentThread.isReporting = false
        } else if isAlone {
            Reporter.shared.pointee.finish()
        }
        bw_os_restore_signals(signals, hadPipeSignal)
        bw_set_errno(savedError)
        switch policy {
        case .report: return
        case .trap: bw_os_trap()
        case .abort:
            // A handler of SIGABRT may exit, and what runs then may allocate: a lock that this thread holds must not
            // stop it.
            CurrentThread.passesLocks = true
            bw_os_abort()
        }
    }

    /// Calls `body` with the reporter's lock and its memory, undisturbed by signals: for what is no violation.
    /// - Returns: false if this thread, or another one that takes too long, is reporting: then nothing was done.
    static func alone(_ body: () -> Void) -> Bool {
        guard !CurrentThread.isReporting else { return false }
        let hadPipeSignal = bw_os_has_pipe_signal()
        let signals = bw_os_block_signals()
        defer { bw_os_restore_signals(signals, hadPipeSignal) }
        guard Reporter.shared.pointee.acquire() else { return false }
        CurrentThread.isReporting = true
        body()
        CurrentThread.isReporting = false
        Reporter.shared.pointee.release()
        return true
    }

    /// In the child of a fork: the other threads are gone, perhaps in the middle of a report or of a sample.
    static func resetAfterFork<Variant: ReportFlags>(_ variant: Variant.Type) {
        Reporter.shared.pointee.resetAfterFork()
        if Variant.backtraces, bw_unwind_count() != 0 { bw_unwinder_give_up() }
    }

    /// 0: reports are not written as text.
    static var textDescriptor: Int32 {
        bw_has_hook(BW_HOOK_OUTPUT) ? Int32(BW_OUTPUT_HOOK) : Int32(Options.process.pointee[.reportDescriptor])
    }

    /// Writes the line that scripts look for, with one write.
    static func writeLine(_ event: Event, to descriptor: Int32) {
        guard descriptor != 0 else { return }
        var line = event.line
        line.append(byte: 10)
        line.write(to: descriptor)
    }

    /// One line about what could not be done, where reports go as text.
    static func say(_ subject: StaticString, _ text: StaticString) {
        guard textDescriptor != 0 else { return }
        var line = TextBuffer()
        line.append("bulwark: ")
        line.append(subject)
        line.append(text)
        line.append(byte: 10)
        line.write(to: textDescriptor)
    }

    /// Writes a text that is complete where reports go. The reporter's lock is held.
    static func writeText(_ text: ReportText) {
        text.write(to: textDescriptor)
        ReportFile.append(text, to: .reportFile)
    }

    /// True if somebody reads reports in JSON.
    static var wantsJSON: Bool {
        Options.process.pointee[.jsonFile] != 0 || Options.process.pointee[.jsonDescriptor] != 0
    }

    /// Writes an object that is complete where such reports go. The reporter's lock is held.
    /// - Returns: as `ReportFile.append`.
    @discardableResult static func writeJSON(_ json: ReportText) -> Bool? {
        json.write(to: Int32(Options.process.pointee[.jsonDescriptor]))
        return ReportFile.append(json, to: .jsonFile)
    }

    /// All that follows the first line, and what goes to files. The reporter's lock is held.
    private static func writeBody<Variant: ReportFlags>(_ event: Event, _ variant: Variant.Type) {
        var text = ReportText.sharedLines
        text.append(event.line, .line)
        text.append(byte: 10)
        text.skip(byteCount: Int(text.byteCount))
        if let damage = event.damage { text.append(damage, ofBlockAt: event.address) }
        var json = ReportText.sharedJSON
        if wantsJSON { json.appendOpening(event, variant: Variant.name) }
        if Variant.backtraces {
            TracedReport.write(event, &text, &json, wantsJSON: wantsJSON)
        } else if wantsJSON {
            json.append(",\"unwinder\":\"off\",\"frames\":[]")
        }
        if wantsJSON { json.appendClosing() }
        text.flush(to: textDescriptor)
        let isInFile = ReportFile.append(text, to: .reportFile)
        let isJSONInFile = wantsJSON ? writeJSON(json) : nil
        // In a root of its own, or under another user, a process may not reach the files that it was given: better on stderr
        // than nowhere.
        let isLost = isInFile == false || isJSONInFile == false
        let isElsewhere = isInFile == true || isJSONInFile == true || Options.process.pointee[.jsonDescriptor] != 0
        if textDescriptor == 0, isLost, !isElsewhere { text.write(to: 2) }
    }
}
