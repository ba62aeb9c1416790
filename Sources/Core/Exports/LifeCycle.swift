// A process's and a thread's beginning and end, as lifecycle.c hears of them.

import CBulwark

@c @implementation public func bw_life_load() {
    Memcheck.start()
    // The loader reads strings by the word, as it opens libunwind.
    Memcheck.quietly { load() }
}

private func load() {
    Allocator.load(Allocator.shared) { bw_find_next_allocator() }
    if Variant.backtraces { bw_threads_start() }
    if Variant.unwinderAtLoad || Options.process.pointee.unwinder == .load { openUnwinder() }
    if Variant.blockStacks { Recording.start() }
    Summaries.watchSignal()
    Allocator.shared.pointee.metricsSchedule.set(in: MetricsFile.interval)
    // What this thread's fast path was given before the options were read.
    if Variant.sampledGuards, let heap = Heap.current { heap.pointee.forgetSamples() }
    if Variant.handlesFaults, Allocator.shared.pointee.expectsFaults { bw_signals_install() }
    if Variant.guardedCopies, Allocator.isReady(Allocator.shared) {
        bw_copies_start(
            Allocator.shared.pointee.options.isOn(.guardedCopies) && !Memcheck.isHere
                ? Allocator.shared.pointee.pageMap.baseAddress.bits : 0)
    }
}

/// Opens libunwind, unless the options say otherwise. Outside malloc, and while no other thread can hold the loader's
/// lock: at load, if no library's constructor has made a thread, or before the first thread is made.
private func openUnwinder() {
    guard Variant.backtraces, Options.process.pointee.unwinder.usesLibunwind, bw_is_single_threaded() else {
        return
    }
    _ = bw_unwinder_open()
}

@c @implementation public func bw_life_exit() -> Int32 { Memcheck.quietly { lookAtTheEnd() } }

/// - Returns: the status to exit with; 0: the program's own.
private func lookAtTheEnd() -> Int32 {
    guard Allocator.isReady(Allocator.shared), !CurrentThread.isReporting else { return 0 }
    // A signal's handler may have called exit in the middle of malloc: nobody waits for a lock of its own.
    CurrentThread.passesLocks = true
    defer { CurrentThread.passesLocks = false }
    _ = MetricsFile.write(Allocator.shared)
    guard Variant.blockStacks else { return 0 }
    defer { FaultSummary.write() }
    // By a signal's handler, while this thread was allocating or freeing: what it finds would be half done.
    let isAmidst = Variant.heapChecks && bw_thread_changing() != 0
    if isAmidst { sayAmidst() }
    if Variant.heapChecks, !isAmidst, Options.process.pointee.isOn(.exitCheck) {
        _ = Allocator.shared.pointee.checkHeap(CurrentThread.heapAddress)
    }
    if Recording.isOn { Summaries.writeAtExit() }
    if Variant.blockStacks { bw_trace_flush() }
    var hasLeaks = false
    if Variant.leakReport, !isAmidst, Options.process.pointee.isOn(.leakReport), Recording.isOn {
        hasLeaks = LeakReport.make(Allocator.shared, stack: Address(bw_frame_address())) != 0
    }
    let leakStatus = Options.process.pointee[.leakStatus]
    if hasLeaks, leakStatus != 0 { return Int32(leakStatus) }
    return Reporter.shared.pointee.hasGoneOn ? Int32(Options.process.pointee[.violationStatus]) : 0
}

private func sayAmidst() {
    var line = TextBuffer()
    line.append("bulwark: exit in the middle of malloc or free: neither blocks nor leaks are looked at")
    line.append(byte: 10)
    let descriptor = Options.process.pointee[.reportDescriptor]
    if descriptor != 0 { line.write(to: Int32(descriptor)) }
}

@c @implementation public func bw_life_report_leaks() -> Int {
    guard Variant.leakReport, Allocator.isReady(Allocator.shared), Recording.isOn, !CurrentThread.isReporting else {
        return 0
    }
    return Memcheck.quietly {
        Int(bitPattern: LeakReport.make(Allocator.shared, stack: Address(bw_frame_address())))
    }
}

@c @implementation public func bw_life_first_thread() { Memcheck.quietly { openUnwinder() } }

@c @implementation public func bw_life_thread_end() {
    // From here on the thread allocates from the shared heap: other keys' destructors, and libc's own, may follow.
    bw_thread_set_ending(1)
    CurrentHeap.leave()
}

@c @implementation public func bw_life_fork_prepare() { Allocator.shared.pointee.prepareFork() }
@c @implementation public func bw_life_fork_parent() { Allocator.shared.pointee.resumeParent() }
@c @implementation public func bw_life_fork_child() {
    if Variant.blockStacks { OperationTrace.resumeChild() }
    if Variant.sampledGuards { CurrentThread.forgetID() }
    if Variant.handlesFaults || Variant.blockStacks { bw_signals_resume_child() }
    Allocator.shared.pointee.resumeChild(CurrentThread.heapAddress)
}
