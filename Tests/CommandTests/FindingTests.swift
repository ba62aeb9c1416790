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
        let findings = try Finding.read(line() + "\n" + line("leak") + "\n", path: "f")
        #expect(findings.count == 2)
        let first = try #require(findings.first)
        #expect(first.violation == "double-free" && first.process == 7 && first.thread == 9)
        #expect(first.frames?.count == 2 && first.frames?[0].symbol == "main" && first.frames?[1].module == nil)
        #expect(first.stacks.map(\.title) == ["detected", "allocated"])
        #expect(!first.isLeak && findings[1].isLeak)
    }

    @Test func passesSummariesOver() throws {
        let text = "{\"schema\":1,\"summary\":\"leaks\"}\n\n{\"note\":\"no search\"}\n"
        #expect(try Finding.read(text, path: "f").isEmpty)
    }

    @Test func refusesOtherLines() {
        #expect(throws: Failure.self) { try Finding.read("hello\n" + line() + "\n", path: "f") }
        do {
            _ = try Finding.read(line() + "\n{\"violation\":\"leak\"}\n", path: "reports")
            Issue.record("a report without its fields was accepted")
        } catch {
            #expect("\(error)" == "reports:2: not a report of Bulwark's in JSON")
        }
    }

    @Test func passesOverWhatWasCutOff() throws {
        let cut = String(line().prefix(100))
        #expect(try Finding.read(line() + "\n" + cut, path: "f").count == 1)
    }

    @Test func groupsWhatDiffersInProcessesAlone() throws {
        let text = [line(process: 1, thread: 1), line(process: 2, thread: 2), line(process: 2, offset: "0x1200")]
        let groups = FindingGroup.grouped(try Finding.read(text.joined(separator: "\n") + "\n", path: "f"))
        #expect(groups.map(\.count) == [2, 1])
        #expect(groups[0].processes == [1, 2])
    }
}
