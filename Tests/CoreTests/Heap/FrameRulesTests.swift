// Files of rules about frames: which lines apply to which text. (The options are the process's: each test in a process of its own.)

import Foundation
import Testing

@Suite struct FrameRulesTests {
    /// In a child: the option names a file with this text, or with none a file that is not there.
    private static func setFile(_ text: String?) {
        let path = NSTemporaryDirectory() + "bulwark-suppressions-\(UUID().uuidString)"
        if let text { try? Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        unsafe path.withCString {
            unsafe Options.process.pointee.setPath(.suppressions, $0, byteCount: path.utf8.count)
        }
    }

    /// - Parameter text: a report, whose first line does not count.
    private static func applies(_ suppressions: FrameRules, _ rule: FrameRule, _ text: String) -> Bool {
        guard let memory = VirtualMemory.map(byteCount: Unit.osPage, writable: true) else { fatalError("no memory") }
        defer { VirtualMemory.unmap(memory, byteCount: Unit.osPage) }
        var report = unsafe ReportText(at: memory, capacity: Unit.osPage)
        for byte in text.utf8 { report.append(byte: byte) }
        return suppressions.apply(rule, to: report)
    }

    @Test func linesApplyByTheirKind() async {
        await #expect(processExitsWith: .success) {
            Self.setFile("# a comment\n\nleak:make_cache\nmismatch:/lib/old.so\nleak:last_line")
            guard let known = FrameRules(.suppressions) else { fatalError("no file") }
            defer { known.end() }
            let cases: [(FrameRule, String, Bool)] = [
                (.leak, "leak of\n  #0 in make_cache\n", true), (.leak, "leak of\n  #0 in make\n", false),
                (.leak, "leak of\n  #0 in last_line\n", true), (.mismatch, "m\n  #0 (/usr/lib/old.so+0x1)\n", true),
                (.leak, "m\n  #0 (/usr/lib/old.so+0x1)\n", false),
                (.mismatch, "leak of\n  #0 in make_cache\n", false),
                (.leak, "make_cache is no frame\n  #0 in main\n", false), (.leak, "leak of\n # a comment\n", false),
                (.leak, "", false), (.leak, "leak of", false),
            ]
            for (rule, text, expected) in cases where Self.applies(known, rule, text) != expected { fatalError(text) }
        }
    }

    @Test func noFile() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            guard FrameRules(.suppressions) == nil else { fatalError("without the option") }
            Self.setFile(nil)
            guard FrameRules(.suppressions) == nil else { fatalError("a file that is not there") }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        verify(text.contains("bulwark: suppressions: the file cannot be read\n"), text)
    }

    /// Bad lines and what is beyond the limit are said once, and the rest holds.
    @Test func badLines() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            Self.setFile("leak:\nwhatever\nleak:good\n" + String(repeating: "#\n", count: 40_000) + "leak:too_late\n")
            guard let known = FrameRules(.suppressions) else { fatalError("no file") }
            guard Self.applies(known, .leak, "x\ngood\n"), !Self.applies(known, .leak, "x\nwhatever too_late\n")
            else {
                fatalError("which lines")
            }
            known.end()
        }
        let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).split(separator: "\n")
        verify(lines.count { $0.hasPrefix("bulwark: suppressions: lines that are not leak:TEXT") } == 1, "\(lines)")
        verify(lines.count { $0 == "bulwark: suppressions: only the first 65536 bytes count" } == 1, "\(lines)")
    }
}
