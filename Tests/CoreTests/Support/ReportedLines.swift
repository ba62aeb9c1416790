// Many misuses in one process: an exit test's child lets violations be reported and goes on, says which line it expects
// before each, and its parent compares the two.

import Testing

enum ReportedLines {
    /// In the child: violations end nothing from now on, and their reports are a line.
    static func goOn() {
        Options.process.pointee[.onViolation] = ViolationPolicy.report.rawValue
        Options.process.pointee[.unwinder] = UnwinderChoice.off.rawValue
    }

    /// In the child: `body` must report exactly this; without a violation nothing.
    static func expect(_ violation: Violation?, _ address: Address, _ subject: Subject, _ body: () -> Void) {
        write("expected:\n")
        if let violation {
            let event = Event(
                violation: violation, address: address, subject: subject, thread: CurrentThread.id, history: nil)
            Report.writeLine(event, to: 2)
        }
        write("reported:\n")
        body()
        write("done\n")
    }

    private static func write(_ text: StaticString) {
        var line = TextBuffer()
        line.append(text)
        line.write(to: 2)
    }

    /// In the parent: each expected line, and no other, was reported.
    /// - Parameter least: how many there must be at the least.
    static func verifyAll(_ output: [UInt8]?, least: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        let text = String(decoding: output ?? [], as: UTF8.self)
        let cases = text.split(separator: "expected:\n", omittingEmptySubsequences: false).dropFirst()
        var wrong = 0
        for text in cases {
            let halves = text.split(separator: "reported:\n", maxSplits: 1, omittingEmptySubsequences: false)
            // What may follow a report's first line is not ours to judge.
            let inside = halves.last?.split(separator: "done\n", maxSplits: 1, omittingEmptySubsequences: false).first
            let reported = inside?.split(separator: "\n").filter { $0.hasPrefix("bulwark: ") }
            if halves.count == 2, reported == halves[0].split(separator: "\n"), text.contains("done\n") { continue }
            wrong += 1
            if wrong <= 3 { verify(false, "expected \(text)", sourceLocation: sourceLocation) }
        }
        verify(wrong == 0, "\(wrong) of \(cases.count) cases are wrong", sourceLocation: sourceLocation)
        verify(cases.count >= least, "only \(cases.count) cases: \(text.suffix(300))", sourceLocation: sourceLocation)
    }
}
