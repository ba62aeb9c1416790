import Foundation
import FoundationXML
import Testing

@testable import bulwark

/// A run that found one error, of a program below /home/project.
func exampleRun(_ findings: [Finding], end: Child.End = .killed(signal: 6)) -> CheckRun {
    let calls = [
        ModuleOffset(module: "/tmp/twice", offset: 0x1176): [
            SourceLocation(function: "free_it", file: "/usr/include/x.h", line: 4),
            SourceLocation(function: "main", file: "/home/project/a b:c.c", line: 12, column: 3),
        ],
        ModuleOffset(module: "/tmp/twice", offset: 0x1160): [
            SourceLocation(function: "make<int>", file: "/home/project/make.c", line: 2)
        ],
    ]
    return CheckRun(
        words: ["./twice", "<&>"], end: end, seconds: 1.5, start: Date(timeIntervalSince1970: 1_700_000_000),
        groups: FindingGroup.grouped(findings), symbolization: Symbolization(calls), root: "/home/project")
}

@Suite struct OutputTests {
    func findings() throws -> [Finding] {
        Finding.read([line(), line(process: 8), line("leak"), ""].joined(separator: "\n")).findings
    }

    @Test func sarif() throws {
        let text = try SARIFLog(exampleRun(try findings())).text
        let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["double-free", "leak"])
        #expect(results.map { $0["occurrenceCount"] as? Int } == [2, 1])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
        // Each rule is where its results say.
        let rules = ((run["tool"] as? [String: Any])?["driver"] as? [String: Any])?["rules"] as? [[String: Any]]
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules?[index]["id"] as? String == result["ruleId"] as? String)
        }
        // The innermost place that is the project's own, relative to its root.
        let place = ((results[0]["locations"] as? [[String: Any]])?.first)?["physicalLocation"] as? [String: Any]
        let artifact = place?["artifactLocation"] as? [String: Any]
        #expect(artifact?["uri"] as? String == "a%20b%3Ac.c" && artifact?["uriBaseId"] as? String == "ROOT")
        #expect((place?["region"] as? [String: Any])?["startLine"] as? Int == 12)
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        #expect(invocation["exitSignalNumber"] as? Int == 6 && invocation["exitCode"] == nil)
        #expect(invocation["executionSuccessful"] as? Bool == false)
    }

    @Test func pathsBecomeReferences() throws {
        let builder = SARIFBuilder(run: exampleRun([]), rules: [])
        #expect(builder.uri(ofFolder: "/home/a b") == "file:///home/a%20b/")
        let text = try SARIFLog(exampleRun(try findings())).text
        #expect(text.contains("\"uri\" : \"a%20b%3Ac.c\""))
        #expect(text.contains("\"uri\" : \"file:///usr/include/x.h\""))
    }

    @Test func fingerprintsOutliveLines() throws {
        func prints(_ run: CheckRun) throws -> [String] {
            let builder = SARIFBuilder(run: run, rules: [])
            return run.groups.compactMap { builder.result($0).partialFingerprints.values.first }
        }
        let one = try prints(exampleRun(try findings()))
        let other = try prints(
            exampleRun(Finding.read(line(process: 99, thread: 3) + "\n").findings))
        #expect(one.count == 2 && one[0] == other[0] && one[0] != one[1])
    }

    @Test func junit() throws {
        let text = JUnitReport(exampleRun(try findings())).text
        let document = try XMLDocumentStub(text)
        #expect(document.attributes("testsuite")?["tests"] == "2")
        #expect(document.attributes("testsuite")?["failures"] == "2")
        #expect(document.attributes("testsuite")?["name"] == "./twice <&>")
        #expect(document.names.filter { $0 == "failure" }.count == 2)
        #expect(document.attributes("failure")?["type"] == "double-free")
    }

    @Test func junitWithoutErrors() throws {
        let document = try XMLDocumentStub(JUnitReport(exampleRun([], end: .exited(0))).text)
        #expect(document.attributes("testsuite")?["tests"] == "1")
        #expect(document.attributes("testsuite")?["failures"] == "0")
        #expect(document.names.filter { $0 == "testcase" }.count == 1)
    }

    @Test func xmlHasNoControlCharacters() {
        #expect(JUnitReport.escaped("a\u{1}<b>&\"\u{1B}[0m") == "a?&lt;b&gt;&amp;&quot;?[0m")
    }

    @Test func summaryCounts() throws {
        let run = exampleRun(try findings())
        let text = TextSummary(groups: run.groups, symbolization: run.symbolization).text
        #expect(text.hasSuffix("bulwark check: 2 memory errors found in 2 processes\n"))
        #expect(text.contains("; 2 times, in 2 processes\n"))
        #expect(text.contains("    #0 free_it /usr/include/x.h:4 (/tmp/twice+0x1177)\n       inlined into main "))
        let nothing = TextSummary(groups: [], symbolization: Symbolization()).text
        #expect(nothing == "bulwark check: no memory errors found\n")
    }

    @Test func everyViolationHasARule() throws {
        #expect(Set(Rule.all.map(\.identifier)).count == Rule.all.count)
        // As the core names them.
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Core/Report/Violation.swift")
        let text = try String(contentsOf: source, encoding: .utf8)
        let cases = text.matches(of: /case \.[A-Za-z]+: "([a-z-]+)"$/.anchorsMatchLineEndings())
        let identifiers = cases.map { String($0.1) }
        #expect(identifiers.count >= 17)
        #expect(Set(identifiers + ["leak", "indirect-leak"]) == Set(Rule.all.map(\.identifier)))
        #expect(Rule.of("double-free").title == "Double free")
        #expect(Rule.of("from-the-future").identifier == "from-the-future")
    }
}

/// The elements of a well-formed document, in order.
private final class XMLDocumentStub: NSObject, XMLParserDelegate {
    private(set) var names: [String] = []
    private var found: [String: [String: String]] = [:]

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    /// Those of the first element of a name.
    func attributes(_ name: String) -> [String: String]? { found[name] }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names.append(name)
        if found[name] == nil { found[name] = attributes }
    }
}
