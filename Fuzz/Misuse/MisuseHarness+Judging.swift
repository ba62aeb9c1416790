// What the reports of a call are held against.

import CBulwark
import CFuzz

extension MisuseHarness {
    /// The bytes that a block takes of its page, with all that is looked at when it is handed out; 0 of others.
    func footprint(of address: Address) -> UInt {
        guard let page = Allocator.shared.page(covering: address), page.pointee.kind == .blocks else { return 0 }
        return UInt(page.pointee.blockByteCount)
    }

    /// After a call that is right: every report must be of damage that is there.
    mutating func noteReports() {
        for report in ReportReader.read() {
            expect(damages.explains(report), "a false alarm: \(report)")
            damages.note(report)
        }
    }

    /// The same after the end of a block, which damage to it must not outlive.
    mutating func settleDamage(of block: Address, isOwner: Bool) {
        let reports = ReportReader.read()
        for report in reports { expect(damages.explains(report), "a false alarm: \(report)") }
        for damage in damages.all {
            if damage.overflowed == block {
                let isFound = reports.contains { $0.violation == .overflow && $0.address == block }
                expect(isFound, "an overflow of \(hex(block)) at \(hex(damage.start)) was not found: \(reports)")
            }
            if damage.undercut == block, isOwner {
                expect(reports.contains(where: damage.explains), "an underflow of \(hex(block)) was not found")
            }
        }
        reports.forEach { damages.note($0) }
        damages.forget(block)
    }

    /// After a call with a wrong pointer, which finds one thing, at once, and changes nothing.
    /// - Parameter kinds: what it may be; none: the variant does not report it.
    mutating func expectReport(_ kinds: [Violation], at address: Address, _ what: String) {
        let all = ReportReader.read()
        // A realloc that fails tidies up, and comes across damage.
        for report in all where damages.explains(report) { damages.note(report) }
        let reports = all.filter { !damages.explains($0) }
        Trace.say("[\(thread)] \(what) of \(hex(address))")
        guard !kinds.isEmpty else {
            expect(reports.isEmpty, "\(what) of \(hex(address)): a report where there should be none: \(reports)")
            return
        }
        expect(reports.count == 1, "\(what) of \(hex(address)): \(reports.count) reports: \(reports)")
        expect(
            reports[0].address == address && kinds.contains(reports[0].violation),
            "\(what) of \(hex(address)), expected \(kinds), is reported as \(reports[0])")
    }

    /// Ends what is left; where nothing was damaged all equations must hold.
    mutating func finish() {
        if damages.isEmpty { Consistency.check(books, countsForeignFrees: false) }
        while books.count != 0 { deallocate(books.count - 1, Ender.legal(for: books[books.count - 1])[0]) }
        for thread in 0..<UInt32(FUZZ_THREAD_COUNT) {
            fuzz_thread_switch(thread)
            if !ending.contains(thread) { bw_life_thread_end() }
            noteReports()
        }
        bw_api_collect(true)
        noteReports()
    }
}
