// What is written about blocks in use: at exit, and when the signal of the option statistics_signal arrives. All but metrics_file
// takes the flag blockStacks.

import CBulwark

enum Summaries {
    private static var table: UInt32 { 1 }
    private static var profile: UInt32 { 2 }
    private static var map: UInt32 { 4 }

    /// What the options ask for at exit.
    static func writeAtExit() {
        write((Options.process.pointee.isOn(.statistics) ? table : 0) | profile | map)
    }

    /// Begins to listen to the signal, if the options name one. At load.
    static func watchSignal() {
        let signal = Options.process.pointee.statisticsSignal
        if signal != .none { bw_signals_watch(signal.number) }
    }

    /// The signal is here: this is its handler, and its thread may be anywhere, in malloc too. The table comes from counters that
    /// are always whole, so it is written now, by a process that sleeps as well; unless the thread is within a report. The
    /// rest looks at pages, and is left to the next allocation of any thread.
    static func signalled() {
        if !MetricsFile.write(Allocator.shared, waits: false) { Allocator.shared.pointee.metricsSchedule.hurry() }
        guard Variant.blockStacks, Recording.isOn else { return }
        var rest: UInt32 = 0
        if Options.process.pointee[.profileFile] != 0 { rest |= profile }
        if Options.process.pointee[.mapFile] != 0 { rest |= map }
        if !SizeReport.write(Allocator.shared) { rest |= table }
        if rest != 0 { bw_want_summaries(rest) }
    }

    /// After an allocation, outside of the heap.
    @inline(never) static func writeWanted() {
        guard !CurrentThread.isReporting else { return }
        write(bw_take_summaries())
    }

    private static func write(_ which: UInt32) {
        if which & table != 0 { _ = SizeReport.write(Allocator.shared) }
        if which & profile != 0 {
            write(.profileFile, "profile_file: ") { HeapProfile.write(Allocator.shared, to: $0) }
        }
        if which & map != 0 { write(.mapFile, "map_file: ") { HeapMap.write(Allocator.shared, to: $0) } }
    }

    /// - Parameter option: a path; if there is none, nothing is written.
    private static func write(_ option: Option, _ subject: StaticString, _ body: (FileName) -> Bool) {
        if let name = FileName(option), !body(name) { Report.say(subject, "the file cannot be written") }
    }
}
