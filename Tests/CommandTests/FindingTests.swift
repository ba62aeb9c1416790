import Foundation
import Testing

@testable import bulwark

/// A report's line in JSON, with what matters to a test.
func line(
    _ violation: String = "double-free", process: Int = 7, offset: String = "0x1177", thread: Int = 9
) -> String {
    """
    {"schema":1,"version":"0.1.0","variant":"debug","violation":"\(violation)",\
    "message":"bulwark: double free of 0x39091d2b13f0 (40-byte block) by thread \(thread)","address":"0x39091d2b13f0",\
    "subject":"block","byte_count":40,"process":\(process),"thread":\(thread),"program":"/tmp/twice",\
    "unwinder":"libunwind","frames":[{"address":"0x561bd9e9a177","module":"/tmp/twice","offset":"\(offset)",\
    "symbol":"main","symbol_offset":46},{"address":"0x99"}],\
    "allocated":{"thread":\(thread),"frames":[{"address":"0x561bd9e9a161","module":"/tmp/twice","offset":"0x1161"}]}}
    """
}

@Suite struct FindingTests {
    @Test func readsReports() throws {
        let findings = Finding.read(line() + "\n" + line("leak") + "\n").findings
        #expect(findings.count == 2)
        let first = try #require(findings.first)
        #expect(first.violation == "double-free" && first.process == 7 && first.thread == 9)
        #expect(first.frames?.count == 2 && first.frames?[0].symbol == "main" && first.frames?[1].module == nil)
        #expect(first.stacks.map(\.title) == ["detected", "allocated"])
        #expect(!first.isLeak && findings[1].isLeak)
    }

    @Test func passesSummariesOver() {
        let read = Finding.read("{\"schema\":1,\"summary\":\"leaks\"}\n\n{\"note\":\"no search\"}\n")
        #expect(read.findings.isEmpty && read.badLines == 0)
    }

    /// What cannot be read hides nothing else, and is counted.
    @Test func countsOtherLines() {
        let cut = String(line().prefix(100))
        let lines = ["hello", line(), "{\"violation\":\"leak\"}", line("leak"), cut]
        let read = Finding.read(lines.joined(separator: "\n"))
        #expect(read.findings.map(\.violation) == ["double-free", "leak"] && read.badLines == 3)
    }

    /// As the libraries write a path of UTF-8; and one that is none.
    @Test func pathsAreRestored() throws {
        let accented = line().replacingOccurrences(of: "/tmp/twice", with: "/tmp/\\u00c3\\u00a9")
        #expect(Finding.read(accented).findings.first?.program == "/tmp/é")
        let latin = line().replacingOccurrences(of: "/tmp/twice", with: "/tmp/\\u00e9")
        #expect(Finding.read(latin).findings.first?.program == "/tmp/é")
        let backslash = line().replacingOccurrences(of: "/tmp/twice", with: "/tmp/\\u005cu00e9")
        #expect(Finding.read(backslash).findings.first?.program == "/tmp/\\u00e9")
    }

    @Test func groupsWhatDiffersInProcessesAlone() throws {
        let text = [line(process: 1, thread: 1), line(process: 2, thread: 2), line(process: 2, offset: "0x1200")]
        let groups = FindingGroup.grouped(Finding.read(text.joined(separator: "\n") + "\n").findings)
        #expect(groups.map(\.count) == [2, 1])
        #expect(groups[0].processes == [1, 2])
    }
}
