import CoreTables
import Foundation
import Testing

@testable import bulwark

@Suite struct TablesTests {
    @Test func optionsAreTheCores() throws {
        let option = try #require(CoreTables.options.first { $0.name == "on_violation" })
        #expect(option.kind == "choice" && option.names == ["abort", "report", "trap"])
        #expect(option.defaultValue == "abort")
        let path = try #require(CoreTables.options.first { $0.name == "suppressions" })
        #expect(path.defaultValue == nil && path.needs == "blockStacks" && path.values == "PATH")
        #expect(Set(CoreTables.options.map(\.name)).count == CoreTables.options.count)
    }

    /// What JSON calls a violation has an explanation here.
    @Test func eachViolationHasARule() {
        #expect(CoreTables.violations.count == Rule.all.count { !["leak", "indirect-leak"].contains($0.identifier) })
        let explained = Set(Rule.all.map(\.identifier))
        for violation in CoreTables.violations { #expect(explained.contains(violation.identifier)) }
    }

    @Test func problemsOfLists() {
        #expect(CoreTables.problems(inOptions: "").isEmpty)
        #expect(CoreTables.problems(inOptions: "on_violation=trap::purge_delay=3600000").isEmpty)
        #expect(CoreTables.problems(inOptions: "purge_delay=3600001").count == 1)
        #expect(CoreTables.problems(inOptions: "leak_report=1").isEmpty)
        #expect(CoreTables.problems(inOptions: "leak_report=1", lacking: ["leakReport"]).count == 1)
        #expect(CoreTables.problems(inOptions: "purge_delay=1", lacking: ["leakReport"]).isEmpty)
    }

    @Test func problemsOfFiles() {
        let text = """
            # a comment
            /usr/bin/a purge_delay=5
            relative purge_delay=5
            /usr/bin/b* purge_delay=five:nonsense=1
            /usr/bin/a nonsense=1
            """
        #expect(CoreTables.problems(inExceptions: text).map(\.line) == [3, 4, 5])
        #expect(ExceptionsReview.problems(of: Data(repeating: 35, count: 65_537)).count == 1)
        #expect(ExceptionsReview.problems(of: Data(repeating: 35, count: 65_536)).isEmpty)
    }

    @Test func programWords() throws {
        #expect(try ["--", "ls", "-l"].programWords() == ["ls", "-l"])
        #expect(try ["ls", "--", "x"].programWords() == ["ls", "--", "x"])
        #expect(throws: (any Error).self) { try ["--fast", "ls"].programWords() }
        #expect(throws: (any Error).self) { try ["--"].programWords() }
    }
}
