// Harness (d), the command's part: what `bulwark check` and `bulwark symbolize` read, reports and symbolizers' answers, and what they
// write of them.

import Foundation

/// Ends the process: libFuzzer keeps the input.
func finding(_ text: String) -> Never {
    FileHandle.standardError.write(Data("FINDING: \(text) [command]\n".utf8))
    abort()
}

/// The first byte chooses the reader.
enum CommandHarness {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch (bytes.first ?? 0) % 4 {
        case 0: readReports(text)
        case 1: symbolize(text)
        case 2: readAnswers(Symbolizer.read(llvm: text))
        default: readAnswers(Symbolizer.read(addr2line: text))
        }
    }

    /// JSON lines, and all that is written of them.
    private static func readReports(_ text: String) {
        let lines = text.split(separator: "\n").count
        let read = Finding.read(text)
        if read.findings.count + read.badLines > lines { finding("more reports than lines") }
        let groups = FindingGroup.grouped(read.findings)
        if groups.reduce(0, { $0 + $1.count }) != read.findings.count { finding("groups have lost reports") }
        let run = CheckRun(
            words: ["true"], end: .exited(0), seconds: 1, start: Date(timeIntervalSince1970: 0), groups: groups,
            symbolization: Symbolization(), root: "/tmp")
        _ = TextSummary(groups: groups, symbolization: run.symbolization).text
        checkXML(JUnitReport(run).text)
    }

    /// No character that XML does not have, and no mark-up that the report brought along.
    private static func checkXML(_ text: String) {
        for scalar in text.unicodeScalars where scalar.value < 32 && ![9, 10, 13].contains(scalar.value) {
            finding("JUnit's XML has the character \(scalar.value)")
        }
        if text.contains(/<(?!\?xml|\/?testsuites?[ >]|\/?testcase[ >]|\/?failure[ >])/) {
            finding("mark-up in JUnit's XML")
        }
    }

    /// Lines of a text report or of JSON. Where nothing is known, text stays as it was, and an object keeps what it says.
    private static func symbolize(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let read = ReportLine(line)
            let result = read.text(Symbolization())
            if !line.hasPrefix("{"), result != line { finding("'\(line)' became '\(result)'") }
            // As if a symbolizer knew each call.
            let location = SourceLocation(function: "f", file: "/a.c", line: 1, column: 2)
            _ = read.text(Symbolization(Dictionary(read.calls.map { ($0, [location, location]) }) { one, _ in one }))
        }
    }

    private static func readAnswers(_ answers: [UInt64: [SourceLocation]]) {
        for location in answers.values.joined() where location.function == nil && location.file == nil {
            finding("a place of which nothing is known")
        }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe CommandHarness.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
